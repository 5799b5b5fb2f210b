import type { Merge } from '../../domain/tickets/merge/read-merge.ts';
import { mrkdwn } from './composition.ts';
import type { CardMessage } from './ticket-card.ts';
import { ticketLink } from './ticket-opened.ts';

/** What the thread of a duplicate is told, and that of the ticket which goes on: `absorbed`. */
export function mergeWords(place: 'merged' | 'absorbed', { teamId, duplicate, target }: Merge): CardMessage {
  const text =
    place === 'merged'
      ? `This ticket was merged into ${ticketLink({ teamId, ...target })}; what the customer answers appears there.`
      : `${ticketLink({ teamId, ...duplicate })} was merged into this ticket; what the customer answers to it appears here.`;
  return { text, blocks: [{ type: 'section', text: mrkdwn(text) }] };
}
