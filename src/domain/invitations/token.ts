import { createHash } from 'node:crypto';
import type { Context } from '../context.ts';

const TOKEN_BYTES = 32;
/** 32 bytes in base64url, without padding. */
const TOKEN_FORM = /^[A-Za-z0-9_-]{43}$/;

/** A secret of 256 random bits for a link, in base64url. */
export function newToken(context: Pick<Context, 'randomBytes'>): string {
  return context.randomBytes(TOKEN_BYTES).toString('base64url');
}

/** What is stored of a token: its SHA-256. A leaked table opens no invite. */
export function hashToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token).digest());
}

/** Whether `text` has the form of a token: what has not, was never one of ours. */
export function isToken(text: string): boolean {
  return TOKEN_FORM.test(text);
}
