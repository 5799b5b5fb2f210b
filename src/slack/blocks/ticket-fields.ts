import type { KnownBlock } from '@slack/types';
import type { TicketCard } from '../../domain/tickets/find-ticket.ts';
import { mrkdwn } from './composition.ts';
import { escapeText, truncate } from './text.ts';
import { priorityNames, statusNames } from './ticket-words.ts';

/** Who asks and how the ticket stands, wherever a whole ticket is shown. */
export function ticketFields({ requester, status, priority, assignee, category }: TicketCard): KnownBlock {
  return {
    type: 'section',
    fields: [
      field('Requester', `${truncate(requester.name, 100)}\n${truncate(requester.email, 254)}`),
      field('Status', statusNames[status]),
      field('Priority', priorityNames[priority]),
      field('Assignee', assignee === null ? 'Nobody' : truncate(assignee.name, 100)),
      field('Category', category === null ? 'None' : truncate(category.name, 100)),
    ],
  };
}

function field(name: string, value: string) {
  return mrkdwn(`*${name}*\n${escapeText(value)}`);
}
