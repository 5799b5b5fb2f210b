import { type BillingJobContext, followSubscription } from './follow-subscription.ts';
import { defineJob } from './job.ts';

/** Brings an organization to what Stripe says of its subscription now. */
export const subscriptionRead = defineJob<'subscription.read', BillingJobContext>('subscription.read', {
  queue: 'stripe',
  async run(context, payload, { log }) {
    await followSubscription(context, payload, log);
  },
});
