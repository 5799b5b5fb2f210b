import { findCheckoutPage, followLater, settleCheckoutPage } from '../domain/billing/checkout-page.ts';
import type { Logger } from '../logger.ts';
import { type BillingJobContext, followSubscription } from './follow-subscription.ts';
import { defineJob } from './job.ts';

/** Looks at a Checkout page of ours, so that what was paid on it is seen though no webhook told of it. */
export const checkoutFollow = defineJob<'checkout.follow', BillingJobContext>('checkout.follow', {
  queue: 'stripe',
  async run(context, { sessionId }, { log }) {
    await followCheckout(context, sessionId, log);
  },
});

/** Brings an open page of ours to where it is at Stripe; false where it is none. */
export async function followCheckout(
  context: BillingJobContext,
  sessionId: string,
  log: Logger,
): Promise<boolean> {
  const page = await findCheckoutPage(context, sessionId);
  if (page?.status !== 'open') return false;
  const { status, subscriptionId } = await context.stripe.readCheckout(sessionId);
  if (status === 'open') {
    await followLater(context, sessionId);
  } else if (status === 'expired') {
    await settleCheckoutPage(context, sessionId, { status });
  } else {
    const { organizationId } = page;
    if (subscriptionId !== null) await followSubscription(context, { organizationId, subscriptionId }, log);
    await settleCheckoutPage(context, sessionId, { status: 'completed', subscriptionId });
  }
  return true;
}
