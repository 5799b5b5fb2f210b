import { connectStripe } from './connection.ts';

/** How far a signature's moment may lie from ours, in seconds; Stripe's library looks only backwards. */
const TOLERANCE_SECONDS = 300;

export interface VerifiedEvent {
  id: string;
  type: string;
}

/**
 * Verifies that `body` came from Stripe, unchanged, within five minutes of `now`. Null for anything else: another secret,
 * a signature too old or of the future, none or two of them, a body that is no event. Each endpoint signs with a secret of its own:
 * that for connected accounts may tell of those alone, and the other of everything else.
 */
export type VerifyStripeEvent = (
  body: Uint8Array,
  signature: string | undefined,
  now: Date,
) => VerifiedEvent | null;

export function createWebhookVerifier(secret: string, connectSecret?: string): VerifyStripeEvent {
  const { webhooks } = connectStripe({ secretKey: 'sk_unused', apiBase: 'https://api.stripe.com' });
  return (body, signature, now) => {
    const signedAt = moments(signature);
    if (signature === undefined || signedAt.length !== 1) return null;
    if (Number(signedAt[0]) > now.getTime() / 1000 + TOLERANCE_SECONDS) return null;
    const signedBy = (key: string): unknown => {
      try {
        return webhooks.constructEvent(
          Buffer.from(body),
          signature,
          key,
          TOLERANCE_SECONDS,
          undefined,
          now.getTime(),
        );
      } catch {
        return null;
      }
    };
    const own = signedBy(secret);
    if (isEvent(own)) return { id: own.id, type: own.type };
    const connected = connectSecret === undefined ? null : signedBy(connectSecret);
    if (!isEvent(connected) || typeof connected.account !== 'string') return null;
    return { id: connected.id, type: connected.type };
  };
}

/** Every `t=` of the header: where it was sent twice, its values arrive joined, and there are two. */
function moments(signature: string | undefined): string[] {
  const parts = (signature ?? '').split(',').map((part) => part.trim());
  return parts.flatMap((part) => (/^t=\d{1,12}$/.test(part) ? [part.slice(2)] : []));
}

function isEvent(value: unknown): value is VerifiedEvent & { account?: unknown } {
  if (typeof value !== 'object' || value === null) return false;
  const { id, type } = value as Partial<Record<'id' | 'type', unknown>>;
  return typeof id === 'string' && /^evt_\w{1,240}$/.test(id) && typeof type === 'string';
}
