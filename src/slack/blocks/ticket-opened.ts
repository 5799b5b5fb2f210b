import type { TicketCard } from '../../domain/tickets/find-ticket.ts';
import { messageLink } from './message-link.ts';
import { escapeText, truncate } from './text.ts';

/** A ticket's number, which leads to its thread where it has one. */
export function ticketLink({
  teamId,
  number,
  channelId,
  messageTs,
}: Pick<TicketCard, 'teamId' | 'number' | 'channelId' | 'messageTs'>): string {
  if (channelId === null || messageTs === null) return `*${number}*`;
  return `*<${messageLink({ teamId, channelId, ts: messageTs })}|${number}>*`;
}

/** In the thread of the message that a ticket was taken from. The title is the person's own words, and may be hostile. */
export function takenFromMessageText(ticket: TicketCard, userId: string): string {
  return `<@${userId}> opened ${ticketLink(ticket)} from this message: ${escapeText(truncate(ticket.title, 150))}`;
}

/** Of a ticket in the place of a closed one: which, and the way there. */
export function goesOnFrom({ teamId, preceding }: Pick<TicketCard, 'teamId' | 'preceding'>): string[] {
  return preceding === null ? [] : [`Goes on from ${ticketLink({ teamId, ...preceding })}`];
}

/** In the thread of a closed ticket: where it goes on. */
export function goesOnText(follower: TicketCard): string {
  return `The customer wrote again. It goes on in ${ticketLink(follower)}.`;
}
