import type { IncomingHttpHeaders } from 'node:http';
import { apiVersion } from '../account.ts';
import { invalidRequest, Refusal } from '../refusal.ts';

function presentedKey(authorization: string | undefined): string | undefined {
  const [scheme = '', value = ''] = authorization?.split(' ') ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() === 'basic') return Buffer.from(value, 'base64').toString('utf8').split(':')[0];
  return undefined;
}

function masked(key: string): string {
  return key.length <= 12 ? '*'.repeat(key.length) : `${key.slice(0, 8)}${'*'.repeat(8)}${key.slice(-4)}`;
}

/** Refuses a missing or wrong key (401), somebody else's account (403) and another API version (400). */
export function checkCredentials(headers: IncomingHttpHeaders, secretKey: string): void {
  const key = presentedKey(headers.authorization);
  if (!key) {
    throw new Refusal(401, {
      type: 'invalid_request_error',
      message:
        'You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer ' +
        "auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details.",
    });
  }
  if (key !== secretKey) {
    throw new Refusal(401, {
      type: 'invalid_request_error',
      message: `Invalid API Key provided: ${masked(key)}`,
    });
  }
  const connected = headers['stripe-account'];
  if (connected !== undefined) {
    throw new Refusal(403, {
      type: 'invalid_request_error',
      code: 'account_invalid',
      message:
        `The provided key '${masked(key)}' does not have access to account '${String(connected)}' (or that account ` +
        'does not exist). Application access may have been revoked.',
    });
  }
  const version = headers['stripe-version'];
  if (version !== undefined && version !== apiVersion) {
    throw invalidRequest(`Invalid Stripe API version: ${String(version)}. The sandbox speaks ${apiVersion}.`);
  }
}
