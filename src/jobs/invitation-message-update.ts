import { isUnreachable } from '../clients/slack/unreachable.ts';
import { findInvitation } from '../domain/invitations/find-invitation.ts';
import { invitationMessage } from '../slack/blocks/invitation-message.ts';
import type { InvitationMessageContext } from './invitation-message.ts';
import { defineJob } from './job.ts';
import { updateMessage } from './update-message.ts';

/** Brings the message that offers an invite to the invite's present state: what is settled has no buttons. */
export const invitationMessageUpdate = defineJob<'invitation.message-update', InvitationMessageContext>(
  'invitation.message-update',
  {
    queue: 'slack',
    run: async (context, { invitationId }, { log }) => {
      const invitation = await findInvitation(context, { id: invitationId });
      if (!invitation?.messageChannel || !invitation.messageTs) return;
      const { messageChannel: channel, messageTs: ts, organization } = invitation;
      try {
        const client = context.slack(organization.teamId);
        await updateMessage(client, { channel, ts }, invitationMessage(invitation, context.now()));
      } catch (error) {
        if (!isUnreachable(error)) throw error;
        log.info({ invitationId, err: error }, 'The message of an invite is gone.');
      }
    },
  },
);
