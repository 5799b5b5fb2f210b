import type Stripe from 'stripe';
import { asking, StripeRefusal } from './failures.ts';

/**
 * Has a subscription end with its period, or go on after all. One that is over already stays as it is, and so does one
 * whose first payment was never made: `over`.
 */
export async function setEnding(
  stripe: Stripe,
  subscriptionId: string,
  ends: boolean,
): Promise<'set' | 'over'> {
  try {
    await asking(() => stripe.subscriptions.update(subscriptionId, { cancel_at_period_end: ends }));
    return 'set';
  } catch (error) {
    if (!(error instanceof StripeRefusal)) throw error;
    const status = await statusOf(stripe, subscriptionId);
    if (status === undefined || isOver(status) || status === 'incomplete') return 'over';
    throw error;
  }
}

/** Cancels every subscription of the customer that is not over, and the one named, at once and without a refund. */
export async function cancelForGood(
  stripe: Stripe,
  { customerId, subscriptionId }: { customerId: string | null; subscriptionId: string | null },
): Promise<void> {
  const living = customerId === null ? [] : await livingSubscriptions(stripe, customerId);
  for (const id of new Set([...living, ...(subscriptionId === null ? [] : [subscriptionId])])) {
    await cancel(stripe, id);
  }
}

/** Closes the pages on which the customer could still buy a subscription. One that was paid meanwhile stays paid. */
export async function closeCheckouts(stripe: Stripe, customerId: string): Promise<void> {
  const open = await unlessMissing(
    asking(() => stripe.checkout.sessions.list({ customer: customerId, status: 'open', limit: 100 })),
  );
  for (const { id } of open?.data ?? []) {
    try {
      await asking(() => stripe.checkout.sessions.expire(id));
    } catch (error) {
      if (!(error instanceof StripeRefusal)) throw error;
      const session = await asking(() => stripe.checkout.sessions.retrieve(id));
      if (session.status === 'open') throw error;
    }
  }
}

async function livingSubscriptions(stripe: Stripe, customerId: string): Promise<string[]> {
  // Without a status Stripe lists all but the canceled ones (docs.stripe.com/api/subscriptions/list).
  const list = await unlessMissing(
    asking(() => stripe.subscriptions.list({ customer: customerId, limit: 100 })),
  );
  return (list?.data ?? []).filter(({ status }) => status !== 'incomplete_expired').map(({ id }) => id);
}

async function cancel(stripe: Stripe, subscriptionId: string): Promise<void> {
  try {
    await asking(() => stripe.subscriptions.cancel(subscriptionId));
  } catch (error) {
    if (!(error instanceof StripeRefusal)) throw error;
    const status = await statusOf(stripe, subscriptionId);
    if (status !== undefined && !isOver(status)) throw error;
  }
}

/** Undefined where there is no such subscription. */
async function statusOf(stripe: Stripe, subscriptionId: string): Promise<string | undefined> {
  return (await unlessMissing(asking(() => stripe.subscriptions.retrieve(subscriptionId))))?.status;
}

function isOver(status: string): boolean {
  return status === 'canceled' || status === 'incomplete_expired';
}

/** Undefined where there is no such thing at Stripe, as after its customer was deleted. */
async function unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof StripeRefusal && error.code === 'resource_missing') return undefined;
    throw error;
  }
}
