import { sendDirectMessage } from '../clients/slack/direct-message.ts';
import { isUnreachable } from '../clients/slack/unreachable.ts';
import { claimExpired } from '../domain/invitations/claim-expired.ts';
import { expiredMessage } from '../slack/blocks/expired-invitations.ts';
import type { InvitationMessageContext } from './invitation-message.ts';
import { defineJob } from './job.ts';

/** Tells somebody in one message of all of theirs that ran out, each once. */
export const invitationsTellExpired = defineJob<'invitations.tell-expired', InvitationMessageContext>(
  'invitations.tell-expired',
  {
    queue: 'slack',
    run: async (context, { memberId }, { outboxId, attempt, log }) => {
      const news = await claimExpired(context, { memberId, outboxId });
      if (!news) return;
      const { teamId, userId } = news;
      try {
        const client = context.slack(teamId);
        await sendDirectMessage(client, { userId, ...expiredMessage(news), outboxId, attempt });
      } catch (error) {
        if (!isUnreachable(error)) throw error;
        log.info({ teamId, userId, err: error }, 'News of expired invites found nobody.');
      }
    },
  },
);
