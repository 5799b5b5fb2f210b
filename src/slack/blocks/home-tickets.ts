import type { KnownBlock } from '@slack/types';
import type { Home, HomeList, HomeTicket } from '../../domain/tickets/read-home.ts';
import { button, mrkdwn } from './composition.ts';
import { escapeText, truncate } from './text.ts';
import { ticketLink } from './ticket-opened.ts';
import { priorityNames, statusNames } from './ticket-words.ts';
import { formatNumber } from './words.ts';

/** The tickets that wait for the reader, and those that wait for somebody. */
export function homeTickets({ mine, unassigned }: Home, teamId: string): KnownBlock[] {
  return [
    { type: 'section', text: mrkdwn(listText('Your tickets', 'Nothing waits for you.', mine, teamId)) },
    {
      type: 'section',
      text: mrkdwn(listText('Unassigned tickets', 'Every open ticket has somebody.', unassigned, teamId)),
    },
    {
      type: 'actions',
      elements: [
        button('tickets.new', 'New ticket', { style: 'primary' }),
        button('tickets.open', 'All tickets'),
      ],
    },
    { type: 'divider' },
  ];
}

/** A section's text has at most 3,000 characters: ten lines of at most 280 and a heading fit. */
const LINE_LENGTH = 280;

function listText(name: string, empty: string, { total, more, first }: HomeList, teamId: string): string {
  const heading = `*${name}* · ${formatNumber(total)}${more ? '+' : ''}`;
  if (total === 0) return `${heading}\n${empty}`;
  const rest =
    total > first.length ? [`and ${formatNumber(total - first.length)}${more ? '+' : ''} more`] : [];
  return [heading, ...first.map((ticket) => line(ticket, teamId)), ...rest].join('\n');
}

/** Words are cut until the line fits: escaped, a character may take five. */
function line(ticket: HomeTicket, teamId: string): string {
  const { title, requesterName, priority, status } = ticket;
  const state = [...(priority === 'normal' ? [] : [priorityNames[priority]]), statusNames[status]].join(', ');
  const start = `• ${ticketLink({ teamId, ...ticket })} `;
  for (const length of [80, 40, 20, 8]) {
    const words = `${escapeText(truncate(title, length))} · ${escapeText(truncate(requesterName, Math.min(40, length)))}`;
    const text = `${start}${words} · ${state}`;
    if (text.length <= LINE_LENGTH || length === 8) return text;
  }
  return start;
}
