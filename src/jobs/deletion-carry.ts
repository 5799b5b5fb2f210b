import { RetryableFailure } from '../clients/failures.ts';
import { StripeRefusal } from '../clients/stripe/failures.ts';
import type { SubscriptionReading } from '../domain/billing/subscription.ts';
import {
  beginExport,
  type CarriedDeletion,
  failDeletion,
  readCarried,
} from '../domain/organizations/deletion/carry-deletion.ts';
import { isMarked, markEnding } from '../domain/organizations/deletion/ending-mark.ts';
import { isClosing } from '../domain/organizations/deletion/open-deletion.ts';
import type { Logger } from '../logger.ts';
import { settleEnding } from './deletion-release.ts';
import { type BillingJobContext, followSubscription } from './follow-subscription.ts';
import { defineJob } from './job.ts';

const NOT_ACCEPTED =
  'Stripe did not accept that the subscription ends. Whoever runs Orgdesk has been told; nothing was deleted.';
const GIVEN_UP =
  'Stripe could not be told, after several attempts, that the subscription ends. Nothing was deleted.';

/**
 * Stops the billing of an organization that is being deleted: no page to buy on, no invoice that waits for a change, and the
 * subscription ends with its period, so that no further month is charged and an undo needs no second purchase. Only then the
 * export begins. Every step is absolute and may be done again; where the deletion is undone in the middle, what was done is
 * taken back.
 */
export const deletionCarry = defineJob<'deletion.carry', BillingJobContext>('deletion.carry', {
  queue: 'stripe',
  async run(context, { deletionId }, { log }) {
    const deletion = await readCarried(context, deletionId);
    if (deletion?.status !== 'requested') return;
    if (deletion.changeUnderWay) {
      throw new RetryableFailure('A seat change is being sent to Stripe.', { retryAfter: 2 });
    }
    try {
      await stopBilling(context, deletion, log);
    } catch (error) {
      if (!(error instanceof StripeRefusal)) throw error;
      log.error({ err: error, deletionId }, 'Stripe refused to stop the billing of a deletion.');
      const fail = failDeletion;
      return context.database.$transaction((transaction) =>
        fail(transaction, context, deletionId, NOT_ACCEPTED),
      );
    }
    await beginExport(context, deletionId);
  },
  onParked: (transaction, context, { deletionId }) =>
    failDeletion(transaction, context, deletionId, GIVEN_UP),
});

async function stopBilling(
  context: BillingJobContext,
  deletion: CarriedDeletion,
  log: Logger,
): Promise<void> {
  const { organizationId, customerId, subscriptionId } = deletion;
  if (customerId !== null) await context.stripe.closeCheckouts(customerId);
  if (subscriptionId === null) return;
  const subscribed = { organizationId, subscriptionId };
  const reading = await readLiving(context, subscribed, log);
  if (!reading) return;
  if (reading.pending && reading.invoice) await context.stripe.withdrawInvoice(reading.invoice.id);
  // What somebody has canceled at Stripe is not ours to take back.
  if (reading.endsAt !== null && !(await isMarked(context, subscribed))) return;
  if (!(await markEnding(context, deletion.id, subscriptionId))) return;
  await settleEnding(context, subscribed, log);
  if (await isClosing(context, organizationId)) await followSubscription(context, subscribed, log);
}

/** Null where the subscription is over, or Stripe has none of that id. */
async function readLiving(
  context: BillingJobContext,
  subscribed: { organizationId: string; subscriptionId: string },
  log: Logger,
): Promise<SubscriptionReading | null> {
  try {
    const { reading } = await followSubscription(context, subscribed, log);
    const { status } = reading;
    return status === 'canceled' || status === 'incomplete' || status === 'incomplete_expired'
      ? null
      : reading;
  } catch (error) {
    if (error instanceof StripeRefusal && error.code === 'resource_missing') return null;
    throw error;
  }
}
