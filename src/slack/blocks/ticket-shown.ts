import type { KnownBlock } from '@slack/types';
import type { TicketCard } from '../../domain/tickets/find-ticket.ts';
import { mrkdwn, plain } from './composition.ts';
import { escapeText, truncate } from './text.ts';
import { ticketFields } from './ticket-fields.ts';
import { moreMenu } from './ticket-more.ts';
import { goesOnFrom, ticketLink } from './ticket-opened.ts';
import { statusNames } from './ticket-words.ts';
import { moment } from './time.ts';
import { count } from './words.ts';

/** A ticket as `/ticket TKT-041` shows it to one person; with what they may do with it besides answering. */
export function ticketShown(
  ticket: TicketCard,
  { mayManage }: { mayManage: boolean },
): { text: string; blocks: KnownBlock[] } {
  const { number, title, status, description } = ticket;
  const actions: KnownBlock = { type: 'actions', elements: [moreMenu(ticket)] };
  return {
    text: `${number}: ${escapeText(title)} (${statusNames[status]})`,
    blocks: [
      { type: 'section', text: mrkdwn(`${ticketLink(ticket)}  ${escapeText(title)}`) },
      ticketFields(ticket),
      ...(description.trim() === ''
        ? []
        : [{ type: 'section', text: plain(truncate(description, 1_000)) } as const]),
      { type: 'context', elements: [mrkdwn([times(ticket), ...goesOnFrom(ticket)].join(' · '))] },
      ...(mayManage ? [actions] : []),
    ],
  };
}

/** When it was opened, and how long the first answer and its end took. */
function times(ticket: TicketCard): string {
  const { teamId, createdAt, respondedAt, resolvedAt, status, messageTs, mergedInto } = ticket;
  const after = (at: Date) => elapsed(createdAt, at);
  return [
    ...(mergedInto === null ? [] : [`Merged into ${ticketLink({ teamId, ...mergedInto })}`]),
    `Opened ${moment(createdAt)}`,
    respondedAt === null ? 'not answered yet' : `first answered after ${after(respondedAt)}`,
    ...(resolvedAt === null
      ? []
      : [`${status === 'closed' ? 'closed' : 'resolved'} after ${after(resolvedAt)}`]),
    ...(messageTs === null ? ['waits to be posted in the support channel'] : []),
  ].join(' · ');
}

/** "5 minutes", "3 hours", "2 days": the greatest whole unit. */
export function elapsed(from: Date, until: Date): string {
  const minutes = Math.max(0, Math.floor((until.getTime() - from.getTime()) / 60_000));
  if (minutes < 1) return 'less than a minute';
  if (minutes < 60) return count(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? count(hours, 'hour') : count(Math.floor(hours / 24), 'day');
}
