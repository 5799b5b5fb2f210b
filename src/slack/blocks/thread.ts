import type { KnownBlock } from '@slack/types';
import { button, mrkdwn, plain } from './composition.ts';
import { escapeText, truncate } from './text.ts';
import type { CardMessage } from './ticket-card.ts';

/** A section's text, and as many sections as a message has room for with what else it says. */
const SECTION = 3_000;
const SECTIONS = 4;

/** What a customer wrote, as messages for the thread: one, unless it is very long. Nothing in it formats, links or calls. */
export function customerWords(message: {
  text: string;
  customer: { name: string; email: string };
  /** Who is called, on the first of the messages. */
  assigneeUserId: string | null;
  /** Files that follow. */
  files: number;
}): CardMessage[] {
  const { text, customer, assigneeUserId, files } = message;
  const name = escapeText(truncate(customer.name, 100));
  const pieces = cutText(text, SECTION);
  const groups = chunked(pieces, SECTIONS);
  const called = assigneeUserId === null ? '' : ` <@${assigneeUserId}>`;
  const verb = text.trim() === '' && files > 0 ? (files > 1 ? 'sent files' : 'sent a file') : 'wrote';
  return (groups.length === 0 ? [[]] : groups).map((group, index) => ({
    text: `${name} ${verb}: ${escapeText(truncate(group[0] ?? '', 200))}`,
    blocks: [
      {
        type: 'section',
        text: mrkdwn(
          index === 0
            ? `*${name}* (${escapeText(truncate(customer.email, 254))}) ${verb}:${called}`
            : `*${name}* went on:`,
        ),
      },
      ...group.map((piece): KnownBlock => ({ type: 'section', text: plain(piece) })),
    ],
  }));
}

/** What stands in the place of a customer's file that Slack does not take. */
export function fileMissing(name: string): CardMessage {
  const text = `:paperclip: ${escapeText(truncate(name, 200))} came with this, and Slack did not take it.`;
  return { text, blocks: [{ type: 'section', text: mrkdwn(text) }] };
}

/** An internal note that was written in a form. */
export function noteWords({ text, author }: { text: string; author: string }): CardMessage {
  const by = escapeText(truncate(author, 100));
  return {
    text: `:lock: Internal note by ${by}: ${escapeText(truncate(text, 200))}`,
    blocks: [
      { type: 'section', text: mrkdwn(`:lock: *Internal note* by *${by}*. It stays among you.`) },
      ...cutText(text, SECTION)
        .slice(0, SECTIONS)
        .map((piece): KnownBlock => ({ type: 'section', text: plain(piece) })),
    ],
  };
}

export interface FailedMail {
  messageId: string;
  authorUserId: string;
  customerName: string;
  /** As a sentence; null where nobody said. */
  reason: string | null;
}

/** A reply whose e-mail failed, with the way to send it again. */
export function failureWords({ messageId, authorUserId, customerName, reason }: FailedMail): CardMessage {
  const why = reason === null ? '' : ` ${escapeText(truncate(reason, 400))}`;
  const text = `:warning: A reply of <@${authorUserId}> could not be mailed to ${escapeText(truncate(customerName, 100))}.${why}`;
  return {
    text,
    blocks: [
      { type: 'section', text: mrkdwn(text) },
      {
        type: 'actions',
        elements: [
          button('ticket.mail-again', 'Try again', {
            label: 'Mail the reply again',
            value: messageId,
            style: 'primary',
          }),
        ],
      },
    ],
  };
}

/** What stands in the place of a failure while it is tried again, or when it has gone out. */
export function failureOver(
  state: 'queued' | 'sent',
  { authorUserId, customerName }: Omit<FailedMail, 'messageId' | 'reason'>,
): CardMessage {
  const name = escapeText(truncate(customerName, 100));
  const text =
    state === 'sent'
      ? `The reply of <@${authorUserId}> was mailed to ${name} after all.`
      : `The reply of <@${authorUserId}> is being mailed to ${name} again.`;
  return { text, blocks: [{ type: 'section', text: mrkdwn(text) }] };
}

/** A text in pieces of at most `most` characters, at the end of a line or word where there is one; nothing of it is lost. */
export function cutText(text: string, most: number): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > most) {
    const window = rest.slice(0, most);
    const place = [window.lastIndexOf('\n'), window.lastIndexOf(' ')].find((at) => at > most / 2) ?? most;
    // Never half a surrogate pair.
    const end = /[\uD800-\uDBFF]$/.test(rest.slice(0, place)) ? place - 1 : place;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end).replace(/^[ \n]/, '');
  }
  if (rest !== '') pieces.push(rest);
  // Slack refuses a text of nothing but space.
  return pieces.map((piece) => (piece.trim() === '' ? '…' : piece));
}

function chunked<T>(items: readonly T[], size: number): T[][] {
  const groups: T[][] = [];
  for (let from = 0; from < items.length; from += size) groups.push(items.slice(from, from + size));
  return groups;
}
