import type { Button, KnownBlock, Overflow } from '@slack/types';
import type { TicketCard } from '../../domain/tickets/find-ticket.ts';
import { button, mrkdwn, plain } from './composition.ts';
import { escapeText, truncate } from './text.ts';
import { ticketFields } from './ticket-fields.ts';
import { moreMenu } from './ticket-more.ts';
import { goesOnFrom, ticketLink } from './ticket-opened.ts';
import { priorityNames, statusNames } from './ticket-words.ts';

/** A message of the app's. */
export interface CardMessage {
  text: string;
  blocks: KnownBlock[];
}

/** A section's text (docs.slack.dev/reference/block-kit/blocks/section-block). */
const SECTION = 3_000;

/** Whether the words of the first message are too long for the card, and go on in the thread. */
export function goesOnInThread({ description }: Pick<TicketCard, 'description'>): boolean {
  return description.length > SECTION;
}

/** The one message of a ticket in the support channel, as the ticket stands. What people wrote is shown as they wrote it. */
export function ticketCard(ticket: TicketCard): CardMessage {
  const { number, title, priority, status, description } = ticket;
  const state = `${priorityNames[priority]}, ${statusNames[status]}`;
  return {
    text: `${number}: ${escapeText(truncate(title, 200))} (${state})`,
    blocks: [
      { type: 'section', text: mrkdwn(`*${number}*  ${escapeText(truncate(title, 300))}`) },
      ticketFields(ticket),
      ...(description.trim() === ''
        ? []
        : [{ type: 'section', text: plain(truncate(description, SECTION)) } as const]),
      ...context(ticket),
      { type: 'actions', block_id: 'ticket', elements: buttons(ticket) },
    ],
  };
}

function context(ticket: TicketCard): KnownBlock[] {
  const { teamId, openedBy, requester, permalink, mergedInto, description } = ticket;
  const lines = [
    ...(mergedInto !== null ? [`Merged into ${ticketLink({ teamId, ...mergedInto })}`] : []),
    ...(openedBy !== null ? [`Opened by ${escapeText(truncate(openedBy.name, 100))}`] : []),
    ...(permalink !== null && /^https:\/\/[^|<>\s]+$/.test(permalink)
      ? [`from <${permalink}|a message>`]
      : []),
    ...goesOnFrom(ticket),
    ...(goesOnInThread({ description }) ? ['The whole text stands in the thread'] : []),
    mergedInto !== null
      ? 'What you write in this thread goes to nobody'
      : `What you write in the thread goes to ${escapeText(truncate(requester.name, 100))}; begin with \`note:\` to keep it among you`,
  ];
  return [{ type: 'context', elements: [mrkdwn(lines.join(' · '))] }];
}

function buttons(ticket: TicketCard): (Button | Overflow)[] {
  const { id: value, number, assignee } = ticket;
  const one = (action: string, text: string, label: string) =>
    button(`ticket.${action}`, text, { label: `${label} ${number}`, value });
  return [
    ...(assignee === null ? [{ ...one('claim', 'Claim', 'Claim'), style: 'primary' as const }] : []),
    one('assign', 'Assign', 'Assign'),
    one('status', 'Status', 'Change the status of'),
    one('priority', 'Priority', 'Change the priority of'),
    one('category', 'Category', 'Change the category of'),
    one('note', 'Internal note', 'Write an internal note on'),
    moreMenu(ticket),
  ];
}
