import { SlackRefused } from '../clients/slack/failures.ts';
import { NotInstalled } from '../clients/slack/not-installed.ts';
import { postOnce } from '../clients/slack/post-once.ts';
import type { Context } from '../domain/context.ts';
import { effect } from '../domain/effects.ts';
import { record } from '../domain/record.ts';
import { readTicketOfEffect } from '../domain/tickets/find-ticket.ts';
import { takenFromMessageText } from '../slack/blocks/ticket-opened.ts';
import type { JobContext } from './context.ts';
import { defineJob } from './job.ts';

export type TicketConfirmContext = Context & Pick<JobContext, 'slack'>;

/**
 * Says in the thread of a message, once, that a ticket was taken from it. Where the app cannot write there, it says so to who
 * took it; the ticket stands.
 */
export const ticketConfirm = defineJob<'ticket.confirm', TicketConfirmContext>('ticket.confirm', {
  queue: 'slack',
  run: async (context, { ticketId, userId, channelId, threadTs }, { outboxId, attempt }) => {
    const ticket = await readTicketOfEffect(context, ticketId);
    if (ticket === null) return;
    const { teamId } = ticket;
    try {
      const text = takenFromMessageText(ticket, userId);
      await postOnce(context.slack(teamId), { channel: channelId, threadTs, text, outboxId, attempt });
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
