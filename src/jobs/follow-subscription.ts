import { PermanentFailure } from '../clients/failures.ts';
import type { StripeClient } from '../clients/stripe/client.ts';
import { type Application, applySubscription } from '../domain/billing/apply-subscription.ts';
import { noteReading } from '../domain/billing/note-reading.ts';
import { isOwing } from '../domain/billing/overdue-invoices.ts';
import { readingMoment } from '../domain/billing/reading-moment.ts';
import type { SubscriptionReading } from '../domain/billing/subscription.ts';
import type { Context } from '../domain/context.ts';
import type { Logger } from '../logger.ts';

/** What the jobs about billing need. */
export type BillingJobContext = Context & { stripe: StripeClient };

/**
 * Reads a subscription and brings its organization to what it says; what is wrong with it is reported once.
 * @throws PermanentFailure where Stripe says a status that this version does not know: the seats are closed by then.
 */
export async function followSubscription(
  context: BillingJobContext,
  { organizationId, subscriptionId }: { organizationId: string; subscriptionId: string },
  log: Logger,
): Promise<{ reading: SubscriptionReading; application: Application }> {
  const readAt = await readingMoment(context);
  const owing = await isOwing(context, organizationId);
  const reading = await context.stripe.readSubscription(subscriptionId, readAt, owing);
  const application = await applySubscription(context, organizationId, reading);
  await noteReading(context, organizationId, { reading, application }, log);
  if (reading.status === null && application === 'applied') {
    throw new PermanentFailure(
      `The status of ${subscriptionId} is not known here; the organization ${organizationId} has no seats to give until it is.`,
    );
  }
  return { reading, application };
}
