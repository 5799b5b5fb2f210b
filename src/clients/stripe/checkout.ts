import type Stripe from 'stripe';
import { asking } from './failures.ts';
import { organizationMetadata } from './metadata.ts';
import { findSeatPrice } from './seat-price.ts';

export interface CheckoutRequest {
  organizationId: string;
  customerId: string;
  quantity: number;
  /** The same key and quantity give the same page. At most 100 characters. */
  requestKey: string;
  successUrl: string;
  cancelUrl: string;
}

export interface OpenedCheckout {
  sessionId: string;
  url: string;
}

/** A page as it is now. */
export interface CheckoutState {
  status: 'open' | 'completed' | 'expired';
  /** What was bought on it. */
  subscriptionId: string | null;
}

/**
 * A page on which a first subscription is paid. An organization has one such page at a time: an earlier one that is still
 * open is closed, so that two tabs cannot both be paid.
 */
export async function openCheckout(stripe: Stripe, request: CheckoutRequest): Promise<OpenedCheckout> {
  const { organizationId, customerId, quantity, successUrl, cancelUrl } = request;
  const key = `${request.requestKey}:${quantity}`;
  const open = await asking(() =>
    stripe.checkout.sessions.list({ customer: customerId, status: 'open', limit: 100 }),
  );
  const same = open.data.find(({ metadata }) => metadata?.request_key === key);
  if (same?.url) return { sessionId: same.id, url: same.url };
  for (const { id } of open.data) await asking(() => stripe.checkout.sessions.expire(id));
  const metadata = organizationMetadata(organizationId);
  const price = await findSeatPrice(stripe);
  const { id: sessionId, url } = await asking(() =>
    stripe.checkout.sessions.create(
      {
        mode: 'subscription',
        customer: customerId,
        client_reference_id: organizationId,
        line_items: [{ price, quantity }],
        metadata: { ...metadata, request_key: key },
        subscription_data: { metadata },
        success_url: successUrl,
        cancel_url: cancelUrl,
      },
      { idempotencyKey: `checkout:${customerId}:${key}` },
    ),
  );
  if (!url) throw new Error('Stripe made a Checkout session without a page.');
  return { sessionId, url };
}

export async function readCheckout(stripe: Stripe, sessionId: string): Promise<CheckoutState> {
  const { status, subscription } = await asking(() => stripe.checkout.sessions.retrieve(sessionId));
  return {
    status: status === 'complete' ? 'completed' : status === 'expired' ? 'expired' : 'open',
    subscriptionId: typeof subscription === 'object' ? (subscription?.id ?? null) : subscription,
  };
}

/** The subscription that the customer pays for already, or is about to; null where there is none. */
export async function findSubscription(stripe: Stripe, customerId: string): Promise<string | null> {
  // Without a status Stripe lists all but the canceled ones (docs.stripe.com/api/subscriptions/list).
  const { data } = await asking(() => stripe.subscriptions.list({ customer: customerId, limit: 100 }));
  return data.find(({ status }) => status !== 'incomplete' && status !== 'incomplete_expired')?.id ?? null;
}
