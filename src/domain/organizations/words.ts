import { refuse } from '../errors.ts';

export const NAME_LENGTH = 80;
export const DESCRIPTION_LENGTH = 500;
export const JOIN_LINK_LENGTH = 500;

// What PostgreSQL cannot store (NUL, lone surrogates), what breaks a line of a mail or a page, and what turns the
// direction of the text around it.
const unfit = /[\p{Cs}\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
const nothingToSee = /^[\p{Cf}\p{Z}]*$/u;

/**
 * An organization's name as it is stored: trimmed, in Unicode's composed form, 1-80 code points on one line.
 * @throws Refusal `text_invalid` or `name_length`, on `name`.
 */
export function readName(input: string): string {
  const name = input.trim().normalize('NFC');
  if (unfit.test(name)) throw refuse('text_invalid').on('name');
  if (nothingToSee.test(name) || [...name].length > NAME_LENGTH) throw refuse('name_length').on('name');
  return name;
}

/**
 * A description as it is stored: trimmed, at most 500 code points, its lines ended by \n; null where there is none.
 * @throws Refusal `text_invalid` or `description_length`, on `description`.
 */
export function readDescription(input: string | null | undefined): string | null {
  const description = (input ?? '').replace(/\r\n?/g, '\n').trim().normalize('NFC');
  if (unfit.test(description.replace(/[\n\t]/g, ' '))) throw refuse('text_invalid').on('description');
  if (nothingToSee.test(description.replace(/[\n\t]/g, ' '))) return null;
  if ([...description].length > DESCRIPTION_LENGTH) throw refuse('description_length').on('description');
  return description;
}

/**
 * The workspace's join link, as Slack's "Invite people" gives it; null where there is none.
 * @throws Refusal `join_link_form`, on `join_link`.
 */
export function readJoinLink(input: string | null | undefined): string | null {
  const text = (input ?? '').trim();
  if (text === '') return null;
  const url = URL.canParse(text) && text.length <= JOIN_LINK_LENGTH ? new URL(text) : null;
  if (
    url?.origin !== 'https://join.slack.com' ||
    url.username !== '' ||
    url.password !== '' ||
    url.pathname === '/'
  ) {
    throw refuse('join_link_form').on('join_link');
  }
  return url.href;
}
