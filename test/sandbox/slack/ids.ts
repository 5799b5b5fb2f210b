import { randomBytes } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** A new id as Slack writes them: a letter for the kind, then ten capitals and digits. */
export function slackId(prefix: string): string {
  const random = [...randomBytes(9)].map((byte) => ALPHABET[byte % ALPHABET.length]);
  return `${prefix}0${random.join('')}`;
}

/** A short id as Slack gives to blocks and actions that came without one. */
export function shortId(): string {
  return randomBytes(4).toString('base64url').slice(0, 5);
}

let previous = 0;

/** A message timestamp, `seconds.microseconds`, later than every one given before. */
export function slackTimestamp(): string {
  previous = Math.max(previous + 1, Date.now() * 1000);
  const micros = String(previous);
  return `${micros.slice(0, -6)}.${micros.slice(-6)}`;
}
