import { type BillingJobContext, followSubscription } from './follow-subscription.ts';
import { defineJob } from './job.ts';

/**
 * Under `unpaid` Stripe makes each period's invoice and leaves it a draft, and only the newest brings the subscription back
 * (docs.stripe.com/billing/subscriptions/overview): it is made final, and the Owner gets the page to pay it on.
 */
export const invoiceFinalize = defineJob<'invoice.finalize', BillingJobContext>('invoice.finalize', {
  queue: 'stripe',
  async run(context, { invoiceId, ...subscribed }, { attempt, log }) {
    await context.stripe.finalizeInvoice(invoiceId, `finalize:${invoiceId}:${attempt}`);
    await followSubscription(context, subscribed, log);
  },
});
