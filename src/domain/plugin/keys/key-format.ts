import { createHash } from 'node:crypto';
import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';

export const PUBLISHABLE_PREFIX = 'odpk_';
export const SECRET_PREFIX = 'odsk_';

/** Bytes of randomness in a key: 256 bits cannot be guessed. */
const SIZE = 32;
/** Code points at most. */
export const KEY_NAME_LENGTH = 50;

/** What a secret key may be for; the same words as in the database. */
export const keyScopes = ['tickets', 'payments'] as const;
export type KeyScope = (typeof keyScopes)[number];

/** A new key: its prefix and 43 letters of base64url. `hint` is its last four, for people to tell keys apart. */
export function newKey(context: Pick<Context, 'randomBytes'>, prefix: string): { key: string; hint: string } {
  const key = `${prefix}${context.randomBytes(SIZE).toString('base64url')}`;
  return { key, hint: key.slice(-4) };
}

/** What is kept of a secret key: its SHA-256, which leads nobody back to it. */
export function hashOfKey(key: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(key).digest());
}

const unfit = /[\p{Cs}\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
const nothingToSee = /^[\p{Cf}\p{Z}]*$/u;

/**
 * A secret key's name as it is stored: trimmed, in Unicode's composed form, 1-50 code points on one line.
 * @throws Refusal `text_invalid` or `key_name_length`, on `name`.
 */
export function readKeyName(input: string): string {
  const name = input.trim().normalize('NFC');
  if (unfit.test(name)) throw refuse('text_invalid').on('name');
  if (nothingToSee.test(name) || [...name].length > KEY_NAME_LENGTH) {
    throw refuse('key_name_length', { most: KEY_NAME_LENGTH }).on('name');
  }
  return name;
}

/**
 * What a secret key is to be for, each once and in one order.
 * @throws Refusal `key_scopes` on `scopes` where there is none, or one that we do not know.
 */
export function readKeyScopes(input: readonly string[]): KeyScope[] {
  const scopes = keyScopes.filter((scope) => input.includes(scope));
  if (scopes.length === 0 || !input.every((scope) => (keyScopes as readonly string[]).includes(scope))) {
    throw refuse('key_scopes').on('scopes');
  }
  return scopes;
}
