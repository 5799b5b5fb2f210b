import { PermanentFailure } from '../clients/failures.ts';
import { StripeKeyRefused, StripeRefusal } from '../clients/stripe/failures.ts';
import type { BoughtSubscription } from '../clients/stripe/second-subscription.ts';
import { findCheckoutPage } from '../domain/billing/checkout-page.ts';
import { reportFinding, resolveFinding } from '../domain/billing/findings.ts';
import { firstOf, isBeingUnwound, isSecond } from '../domain/billing/second-subscription.ts';
import type { Logger } from '../logger.ts';
import { type BillingJobContext, followSubscription } from './follow-subscription.ts';
import { defineJob } from './job.ts';

interface Second {
  organizationId: string;
  subscriptionId: string;
}

/**
 * Sees to a second subscription of an organization that pays for one already. One that was bought on a Checkout page of ours,
 * as in two tabs, is ended and its payment given back, but only while Stripe says that the first one is paid; that it is meant to
 * be is written down before, so that a run after a crash at any line goes on where the earlier one stopped. Any other is left
 * alone and reported.
 */
export const subscriptionUnwind = defineJob<'subscription.unwind', BillingJobContext>('subscription.unwind', {
  queue: 'stripe',
  async run(context, second, { attempt, log }) {
    const { subscriptionId } = second;
    const bought = await context.stripe.readBought(subscriptionId);
    const firstIsThere = bought.over || (await followFirst(context, second, log));
    if (!(await isBeingUnwound(context, subscriptionId))) {
      if (bought.over) return;
      if (!(await isSecond(context, second))) return void (await followSubscription(context, second, log));
      if (!firstIsThere || !(await isOurs(context, second, bought)))
        return reportSecond(context, second, bought, log);
      const { seats } = bought;
      const finding = { kind: 'paid_twice', subject: subscriptionId, detail: { seats } } as const;
      await reportFinding(context, { ...finding, organizationId: second.organizationId }, { log });
    } else if (!bought.over && !(await isSecond(context, second))) {
      // The first one has ended meanwhile: this one takes its place.
      await followSubscription(context, second, log);
      await resolveFinding(context, { kind: 'paid_twice', subject: subscriptionId });
      return;
    }
    if (!bought.over) await context.stripe.cancelForGood({ customerId: null, subscriptionId });
    await giveBack(context, second, attempt);
  },
});

/**
 * Brings the organization to what Stripe says of its own subscription now: the end of that one may not have arrived. False where
 * Stripe has none of that id, so that nobody knows whether it is paid.
 */
async function followFirst(context: BillingJobContext, second: Second, log: Logger): Promise<boolean> {
  const subscriptionId = await firstOf(context, second);
  if (subscriptionId === null) return true;
  try {
    await followSubscription(context, { organizationId: second.organizationId, subscriptionId }, log);
  } catch (error) {
    if (error instanceof StripeRefusal && error.code === 'resource_missing') return false;
    // A state that this version does not know is applied by then.
    if (!(error instanceof PermanentFailure) || error instanceof StripeKeyRefused) throw error;
  }
  return true;
}

/** Bought on a page that we opened for this organization, and paid once. */
async function isOurs(
  context: BillingJobContext,
  { organizationId }: Second,
  { checkoutSessionId, paid }: BoughtSubscription,
): Promise<boolean> {
  if (checkoutSessionId === null || paid.length > 1) return false;
  const page = await findCheckoutPage(context, checkoutSessionId);
  return page?.organizationId === organizationId;
}

async function giveBack(
  context: BillingJobContext,
  { subscriptionId }: Second,
  attempt: number,
): Promise<void> {
  // Read again: what an earlier run gave back is seen here and not given twice.
  const { seats, currency, paid } = await context.stripe.readBought(subscriptionId);
  for (const { paymentIntent, amount, refunded } of paid) {
    if (refunded >= amount) continue;
    const key = `unwind:${subscriptionId}:${paymentIntent}:${attempt}`;
    await context.stripe.refundBought({ paymentIntent, subscriptionId }, key);
  }
  const amount = paid.reduce((sum, each) => sum + each.amount, 0);
  const tell = { kind: 'second_subscription_refunded', seats, amount, currency } as const;
  await resolveFinding(context, { kind: 'paid_twice', subject: subscriptionId }, { tell });
}

async function reportSecond(
  context: BillingJobContext,
  second: Second,
  { seats }: BoughtSubscription,
  log: Logger,
): Promise<void> {
  const { organizationId, subscriptionId: subject } = second;
  const finding = { kind: 'two_subscriptions', subject, organizationId, detail: { seats } } as const;
  await reportFinding(context, finding, { log, tell: { kind: 'second_subscription_found', seats } });
  // Where the first one ended just before this was written down, nothing else reads it again.
  if (!(await isSecond(context, second))) await followSubscription(context, second, log);
}
