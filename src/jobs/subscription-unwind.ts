import type { BoughtSubscription } from '../clients/stripe/second-subscription.ts';
import { findCheckoutPage } from '../domain/billing/checkout-page.ts';
import { reportFinding, resolveFinding } from '../domain/billing/findings.ts';
import { isBeingUnwound, isSecond } from '../domain/billing/second-subscription.ts';
import type { Logger } from '../logger.ts';
import { type BillingJobContext, followSubscription } from './follow-subscription.ts';
import { defineJob } from './job.ts';

interface Second {
  organizationId: string;
  subscriptionId: string;
}

/**
 * Sees to a second subscription of an organization that pays for one already. One that was bought on a Checkout page of ours,
 * as in two tabs, is ended and its payment given back; that it is meant to be is written down first, so that a run after a
 * crash at any line goes on where the earlier one stopped. Any other is left alone and reported.
 */
export const subscriptionUnwind = defineJob<'subscription.unwind', BillingJobContext>('subscription.unwind', {
  queue: 'stripe',
  async run(context, second, { attempt, log }) {
    const { subscriptionId } = second;
    const bought = await context.stripe.readBought(subscriptionId);
    if (!(await isBeingUnwound(context, subscriptionId))) {
      if (bought.over) return;
      if (!(await isSecond(context, second))) return void (await followSubscription(context, second, log));
      if (!(await isOurs(context, second, bought))) return reportSecond(context, second, bought, log);
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
  { organizationId, subscriptionId: subject }: Second,
  { seats }: BoughtSubscription,
  log: Logger,
): Promise<void> {
  const finding = { kind: 'two_subscriptions', subject, organizationId, detail: { seats } } as const;
  await reportFinding(context, finding, { log, tell: { kind: 'second_subscription_found', seats } });
}
