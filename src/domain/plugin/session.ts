import { createSigner } from '../signing.ts';
import type { KeyScope } from './keys/key-format.ts';

/** What a session is good for, and nowhere else. */
export interface SessionBounds {
  organizationId: string;
  keyId: string;
  /** As the browser writes it. */
  origin: string;
  purpose: KeyScope;
}

export interface PluginSessions {
  /** A session of ten minutes. */
  issue(bounds: SessionBounds, now: Date): { session: string; expiresAt: Date };
  /** `unknown` for whatever was not issued for exactly these bounds. */
  check(session: string, bounds: SessionBounds, now: Date): 'good' | 'expired' | 'unknown';
}

/** Long enough for a page to be filled in without asking again, short enough that a copied one is soon worth nothing. */
export const SESSION_MS = 10 * 60_000;

/** When it ends, in milliseconds since 1970. */
const END = 8;
/** 224 bits; with the end they fill base64url without a remainder, so that no session has two spellings. */
const TAG = 28;

/**
 * Sessions that nothing is stored of: `ods_`, when it ends, and a signature of that and of all it is bound to. Made under the
 * first of `keys`, good under any.
 * @throws Error without a key.
 */
export function createPluginSessions({ keys }: { keys: readonly { key: Uint8Array }[] }): PluginSessions {
  const signer = createSigner({ keys, label: 'orgdesk plugin sessions', length: TAG });
  return {
    issue(bounds, now) {
      const expiresAt = new Date(now.getTime() + SESSION_MS);
      const end = Buffer.alloc(END);
      end.writeBigUInt64BE(BigInt(expiresAt.getTime()));
      const token = Buffer.concat([end, signer.sign(named(end, bounds))]);
      return { session: `ods_${token.toString('base64url')}`, expiresAt };
    },
    check(session, bounds, now) {
      const [, letters] = /^ods_([A-Za-z0-9_-]{48})$/.exec(session) ?? [];
      if (letters === undefined) return 'unknown';
      const token = Buffer.from(letters, 'base64url');
      const end = token.subarray(0, END);
      if (!signer.isSigned(named(end, bounds), token.subarray(END))) return 'unknown';
      return end.readBigUInt64BE() > BigInt(now.getTime()) ? 'good' : 'expired';
    },
  };
}

function named(end: Uint8Array, { organizationId, keyId, purpose, origin }: SessionBounds): Buffer {
  return Buffer.concat([end, Buffer.from(JSON.stringify([organizationId, keyId, purpose, origin]))]);
}
