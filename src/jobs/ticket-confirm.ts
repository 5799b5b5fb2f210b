import { SlackRefused } from '../clients/slack/failures.ts';
import { NotInstalled } from '../clients/slack/not-installed.ts';
import { postOnce } from '../clients/slack/post-once.ts';
import type { Context } from '../domain/context.ts';
import { effect } from '../domain/effects.ts';
import { record } from '../domain/record.ts';
import { readTicketOfEffect } from '../domain/tickets/find-ticket.ts';
import { recordPermalink } from '../domain/tickets/record-permalink.ts';
import { takenFromMessageText } from '../slack/blocks/ticket-opened.ts';
import type { JobContext } from './context.ts';
import { defineJob } from './job.ts';

export type TicketConfirmContext = Context & Pick<JobContext, 'slack'>;

/**
 * Keeps Slack's own link to the message that a ticket was taken from, and says in its thread, once, that it was. Where the app cannot write there, it says so to who
 * took it; the ticket stands.
 */
export const ticketConfirm = defineJob<'ticket.confirm', TicketConfirmContext>('ticket.confirm', {
  queue: 'slack',
  run: async (context, { ticketId, userId, channelId, ts, threadTs }, { outboxId, attempt }) => {
    const ticket = await readTicketOfEffect(context, ticketId);
    if (ticket === null) return;
    const { teamId } = ticket;
    const client = context.slack(teamId);
    try {
      const { permalink } = await client.chat.getPermalink({ channel: channelId, message_ts: ts });
      if (permalink) await recordPermalink(context, { ticketId, permalink });
      const text = takenFromMessageText(ticket, userId);
      await postOnce(client, { channel: channelId, threadTs, text, outboxId, attempt });
    } catch (error) {
      if (error instanceof NotInstalled) return;
      if (!(error instanceof SlackRefused)) throw error;
      const notice = { kind: 'ticket_unconfirmed', ticketId, channelId } as const;
      // Under a key, so that a second run of this adds no second notice while the first waits.
      const told = effect('notice', { teamId, userId, notice }, { key: `unconfirmed:${ticketId}` });
      await record(context.database, context, [], [told]);
    }
  },
});
