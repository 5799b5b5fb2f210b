import { listInvitations } from '../../domain/invitations/list-invitations.ts';
import { sendInvitation } from '../../domain/invitations/send-invitation.ts';
import { readPlace } from '../actions/invitations.ts';
import { invitationsModal, sentText } from '../blocks/invitations.ts';
import type { Listener, ViewInteraction } from '../listener.ts';
import { readChoice, readText } from './inputs.ts';

export const invitationsViews: Record<string, Listener<ViewInteraction>> = {
  'invitations.send': {
    once: true,
    handle: async ({ context, actor, view, state, ack }) => {
      const { email, role } = await sendInvitation(context, actor, {
        email: readText(state, 'email'),
        role: readChoice(state, 'role'),
      });
      // The newest come first: it is on the first page.
      const shown = await listInvitations(context, actor);
      const place = { page: null, sent: readPlace(view.metadata).sent + 1 };
      const done = sentText(email, role);
      await ack({ update: invitationsModal(shown, { ...place, now: context.now(), done }) });
    },
  },
};
