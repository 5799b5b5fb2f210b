import { subjectOf } from '../clients/stripe/event-subject.ts';
import { findBilledOrganization } from '../domain/billing/billed-organization.ts';
import { handleStored } from '../domain/intake/handle-stored.ts';
import { type BillingJobContext, followSubscription } from './follow-subscription.ts';
import { defineJob } from './job.ts';

/**
 * Handles a Stripe event that was stored on arrival. The event is only a hint at what may have changed: the subscription is
 * read as it is now, so that events twice, late or in any order end at the same.
 */
export const stripeEvent = defineJob<'stripe.event', BillingJobContext>('stripe.event', {
  queue: 'stripe',
  run: (context, { key }, { log }) =>
    handleStored(context, key, async (body) => {
      const subject = subjectOf(JSON.parse(body.toString()));
      if (!subject) return;
      const organization = await findBilledOrganization(context, subject);
      if (!organization) return log.info({ key }, 'A Stripe event is about no organization of ours.');
      const subscriptionId = subject.subscriptionId ?? organization.subscriptionId;
      if (subscriptionId === null) return;
      await followSubscription(context, { organizationId: organization.id, subscriptionId }, log);
    }),
});
