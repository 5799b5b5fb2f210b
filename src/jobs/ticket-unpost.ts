import { SlackRefused } from '../clients/slack/failures.ts';
import { NotInstalled } from '../clients/slack/not-installed.ts';
import { findPosted } from '../clients/slack/post-once.ts';
import type { JobContext } from './context.ts';
import { defineJob } from './job.ts';
import { isMessageGone } from './message-gone.ts';

export type TicketUnpostContext = Pick<JobContext, 'slack'>;

/**
 * Deletes the message in the channel of a ticket that was deleted; what others wrote in its thread stays in Slack. One that is
 * gone already is gone; one that Slack does not let us delete leaves a line in the log, and that is the end of it.
 */
export const ticketUnpost = defineJob<'ticket.unpost', TicketUnpostContext>('ticket.unpost', {
  queue: 'slack',
  run: async ({ slack }, { teamId, channelId: channel, ticketId, ts, since }, { log }) => {
    try {
      const client = slack(teamId);
      const began = since === undefined ? {} : { since: new Date(since) };
      const place = ts ?? (await findPosted(client, { channel, outboxId: ticketId, ...began }))?.ts;
      if (place !== undefined) await client.chat.delete({ channel, ts: place });
    } catch (error) {
      if (!(error instanceof SlackRefused) && !(error instanceof NotInstalled)) throw error;
      if (!isMessageGone(error))
        log.warn({ ticketId, channel, err: error }, 'A deleted ticket’s message stays in its channel.');
    }
  },
});
