import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import type { Keyring } from '../../database/sealing.ts';

/** How long a sign-in may take, and how long it counts afterwards. Seconds. */
const LIFETIME = 600;

export const invitationsPath = '/invitations';

export interface SealedCookie<T> {
  write(context: Context, value: T): void;
  /** Null where there is none, it is older than ten minutes, or it is not of our making. */
  read(context: Context): T | null;
  remove(context: Context): void;
}

export interface CookieParts {
  keyring: Pick<Keyring, 'seal' | 'open'>;
  now: () => Date;
  /** Whether the browser comes over HTTPS: then the cookie never goes over anything else. */
  secure: () => boolean;
}

/**
 * A cookie that only this server reads and writes: sealed, out of reach of scripts, not sent along by other sites' forms
 * (SameSite=Lax), and dead after ten minutes by our clock, not only by the browser's.
 */
export function sealedCookie<T>(name: string, schema: z.ZodType<T>, parts: CookieParts): SealedCookie<T> {
  const { keyring, now, secure } = parts;
  const subject = `cookie:${name}`;
  const envelope = z.object({ until: z.number(), value: schema });
  const attributes = () =>
    ({ path: invitationsPath, httpOnly: true, sameSite: 'Lax', secure: secure() }) as const;
  return {
    write: (context, value) => {
      const until = now().getTime() + 1000 * LIFETIME;
      const sealed = keyring.seal(JSON.stringify({ until, value }), subject);
      setCookie(context, name, sealed, { ...attributes(), maxAge: LIFETIME });
    },
    read: (context) => {
      const sealed = getCookie(context, name);
      if (sealed === undefined) return null;
      try {
        const { until, value } = envelope.parse(JSON.parse(keyring.open(sealed, subject).secret));
        return until > now().getTime() ? value : null;
      } catch {
        return null;
      }
    },
    remove: (context) => void deleteCookie(context, name, attributes()),
  };
}
