import { z } from 'zod';
import { refuse } from '../errors.ts';

/** RFC 5321, 4.5.3.1: a path has 256 octets, its angle brackets included. */
const LONGEST_EMAIL = 254;

const addressSchema = z.email().max(LONGEST_EMAIL);

/**
 * The form in which addresses are stored and compared: trimmed and lower-case. Checked before it is lowered, because some
 * letters outside ASCII become ASCII letters then.
 * @throws Refusal `email_form`, on the field `email`.
 */
export function normalizeEmail(input: string): string {
  const result = addressSchema.safeParse(input.trim());
  if (!result.success) throw refuse('email_form').on('email');
  return result.data.toLowerCase();
}

/** Whether an address that somebody was proven to have is the one that was invited. */
export function sameEmail(proven: string | null, invited: string): boolean {
  return proven !== null && proven.trim().toLowerCase() === invited;
}
