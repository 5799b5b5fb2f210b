import { SlackRefused } from '../clients/slack/failures.ts';
import { NotInstalled } from '../clients/slack/not-installed.ts';
import type { Context } from '../domain/context.ts';
import { postAnew } from '../domain/tickets/channel/post-anew.ts';
import { readTicketOfEffect } from '../domain/tickets/find-ticket.ts';
import { ticketCard as writeCard } from '../slack/blocks/ticket-card.ts';
import type { JobContext } from './context.ts';
import { defineJob } from './job.ts';
import { isMessageGone } from './message-gone.ts';

export type TicketCardContext = Context & Pick<JobContext, 'slack'>;

const ROUNDS = 3;

/**
 * Brings a ticket's message to the ticket's present state: looking again after each update, so that of two that update at once
 * the one whose older card arrives last sees that it is older. A ticket that is not posted yet is posted as it is then. Where
 * somebody deleted the message, the ticket is posted anew.
 */
export const ticketCard = defineJob<'ticket.card', TicketCardContext>('ticket.card', {
  queue: 'slack',
  run: async (context, { ticketId }, { log }) => {
    let shown: string | undefined;
    for (let round = 0; round < ROUNDS; round++) {
      const ticket = await readTicketOfEffect(context, ticketId);
      if (!ticket || ticket.channelId === null || ticket.messageTs === null) return;
      const card = writeCard(ticket);
      if (JSON.stringify(card) === shown) return;
      const { organizationId, channelId, messageTs } = ticket;
      try {
        await context.slack(ticket.teamId).chat.update({ channel: channelId, ts: messageTs, ...card });
      } catch (error) {
        if (isMessageGone(error))
          return void (await postAnew(context, { organizationId, channelId, messageTs }));
        if (!(error instanceof SlackRefused) && !(error instanceof NotInstalled)) throw error;
        log.warn({ ticketId, err: error }, 'A ticket’s card cannot be changed where it stands.');
        return;
      }
      shown = JSON.stringify(card);
    }
  },
});
