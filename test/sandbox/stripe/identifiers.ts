import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `length` random characters of the alphabet Stripe uses in its ids. */
export function randomText(length: number): string {
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('');
}

/** A new object id, for example `sub_1Qk…`: the prefix, then 24 characters. */
export function newId(prefix: string): string {
  return `${prefix}_1${randomText(23)}`;
}
