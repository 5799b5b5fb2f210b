import { formatNumber } from '../count.ts';
import { refuse } from '../errors.ts';

/** What a ticket's fields can be, and how what was typed or sent is read. */

export const priorities = ['low', 'normal', 'high', 'urgent'] as const;
export type TicketPriority = (typeof priorities)[number];

export const statuses = ['open', 'pending', 'resolved', 'closed'] as const;
export type TicketStatus = (typeof statuses)[number];

/** Whether nobody has to do anything about a ticket any more. */
export function isSettled(status: TicketStatus): boolean {
  return status === 'resolved' || status === 'closed';
}

export type TicketSource = 'slack' | 'message' | 'email' | 'plugin';

/** Code points at most. */
export const TITLE_LENGTH = 150;
export const DESCRIPTION_LENGTH = 10_000;
export const REQUESTER_NAME_LENGTH = 80;

// What PostgreSQL cannot store (NUL, lone surrogates), what breaks a line of a mail or a page, and what turns the
// direction of the text around it.
const unfit = /[\p{Cs}\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
/** Signs that nobody sees, alone. */
export const nothingToSee = /^[\p{Cf}\p{Z}\s]*$/u;

/**
 * A title as it is stored: trimmed, in Unicode's composed form, 1-150 code points on one line.
 * @throws Refusal `text_invalid` or `ticket_title_length`, on `title`.
 */
export function readTitle(input: string): string {
  const title = input.trim().normalize('NFC');
  if (unfit.test(title)) throw refuse('text_invalid').on('title');
  if (nothingToSee.test(title) || [...title].length > TITLE_LENGTH) {
    throw refuse('ticket_title_length', { most: formatNumber(TITLE_LENGTH) }).on('title');
  }
  return title;
}

/**
 * A description as it is stored: trimmed, 1-10,000 code points, its lines ended by \n.
 * @throws Refusal `text_invalid` or `ticket_description_length`, on `description`.
 */
export function readDescription(input: string): string {
  const description = input.replace(/\r\n?/g, '\n').trim().normalize('NFC');
  const onOneLine = description.replace(/[\n\t]/g, ' ');
  if (unfit.test(onOneLine)) throw refuse('text_invalid').on('description');
  if (nothingToSee.test(onOneLine) || [...description].length > DESCRIPTION_LENGTH) {
    throw refuse('ticket_description_length', { most: formatNumber(DESCRIPTION_LENGTH) }).on('description');
  }
  return description;
}

/**
 * The name of who asks, on one line of at most 80 code points; null where none was given.
 * @throws Refusal `text_invalid` or `requester_name_length`, on `name`.
 */
export function readRequesterName(input: string | null | undefined): string | null {
  const name = (input ?? '').trim().normalize('NFC');
  if (unfit.test(name)) throw refuse('text_invalid').on('name');
  if ([...name].length > REQUESTER_NAME_LENGTH) {
    throw refuse('requester_name_length', { most: formatNumber(REQUESTER_NAME_LENGTH) }).on('name');
  }
  return nothingToSee.test(name) ? null : name;
}

/** @throws Refusal `ticket_choice_unknown`, on `priority`: a value that no form of ours offers. */
export function readPriority(input: string): TicketPriority {
  const priority = priorities.find((known) => known === input);
  if (!priority) throw refuse('ticket_choice_unknown').on('priority');
  return priority;
}

/** @throws Refusal `ticket_choice_unknown`, on `status`. */
export function readStatus(input: string): TicketStatus {
  const status = statuses.find((known) => known === input);
  if (!status) throw refuse('ticket_choice_unknown').on('status');
  return status;
}

/** A number as somebody wrote it: "tkt-41" is TKT, 41. Undefined where it is none. */
export function readTicketNumber(input: string): { prefix: string | null; number: number } | undefined {
  const match = /^#?(?:([A-Za-z][A-Za-z0-9]{0,9})-)?0*([1-9][0-9]{0,8})$/.exec(input.trim());
  if (!match?.[2]) return undefined;
  return { prefix: match[1]?.toUpperCase() ?? null, number: Number(match[2]) };
}
