import { acceptInvitation } from '../../domain/invitations/accept-invitation.ts';
import { declineInvitation } from '../../domain/invitations/decline-invitation.ts';
import { invitationMessage } from '../blocks/invitation-message.ts';
import type { ActionInteraction, Listener } from '../listener.ts';

/** The buttons of the message that offers an invite. It shows at once what became of it; the job does the same again. */
export const invitationActions: Record<string, Listener<ActionInteraction>> = {
  'invitation.accept': {
    once: true,
    handle: async ({ context, actor, value: invitationId = '', ack, respond }) => {
      const { invitation } = await acceptInvitation(context, actor, { invitationId });
      await ack();
      await respond({ ...invitationMessage(invitation, context.now()), replace: true });
    },
  },
  'invitation.decline': {
    once: true,
    handle: async ({ context, actor, value: invitationId = '', ack, respond }) => {
      const invitation = await declineInvitation(context, actor, { invitationId });
      await ack();
      await respond({ ...invitationMessage(invitation, context.now()), replace: true });
    },
  },
};
