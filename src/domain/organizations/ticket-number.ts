import { refuse } from '../errors.ts';

/** The prefix of an organization that never chose one. */
export const DEFAULT_PREFIX = 'TKT';

/** Letters and digits at most. */
export const PREFIX_LENGTH = 10;

/** ('SUP', 7) -> 'SUP-007'; three digits at least, more when needed. */
export function formatTicketNumber(prefix: string, number: number): string {
  return `${prefix}-${String(number).padStart(3, '0')}`;
}

/**
 * A prefix as it is stored: 1-10 letters and digits (A-Z, 0-9), a letter first, in upper case.
 * @throws Refusal `prefix_form`, on `prefix`.
 */
export function readPrefix(input: string): string {
  const prefix = input.trim();
  if (!/^[A-Za-z][A-Za-z0-9]{0,9}$/.test(prefix)) throw refuse('prefix_form').on('prefix');
  return prefix.toUpperCase();
}
