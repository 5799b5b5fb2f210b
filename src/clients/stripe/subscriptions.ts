import type Stripe from 'stripe';
import type { LatestInvoice, PendingUpdate, SubscriptionReading } from '../../domain/billing/subscription.ts';
import { asking } from './failures.ts';
import { organizationIn } from './metadata.ts';
import { overdueInvoices } from './overdue.ts';
import { paymentFailure } from './payment-failure.ts';
import { isProration } from './prorations.ts';
import { findSeatItem, seatItem } from './seat-price.ts';

type SubscriptionStatus = NonNullable<SubscriptionReading['status']>;

const statuses: Record<SubscriptionStatus, true> = {
  incomplete: true,
  incomplete_expired: true,
  trialing: true,
  active: true,
  past_due: true,
  unpaid: true,
  canceled: true,
  paused: true,
};

/**
 * The subscription as it is now. `readAt` is readingMoment(), taken before the call; `owing` says that something was owed when
 * it was read before, so that it is asked whether it still is.
 * @throws StripeRefusal `resource_missing` where there is no such subscription.
 */
export async function readSubscription(
  stripe: Stripe,
  subscriptionId: string,
  readAt: Date,
  owing: boolean,
): Promise<SubscriptionReading> {
  const subscription = await asking(() =>
    stripe.subscriptions.retrieve(subscriptionId, { expand: ['latest_invoice'] }),
  );
  const item = findSeatItem(subscription);
  // Where it is not clear what the seats are, the subscription's period and end are those of any item.
  const period = item ?? subscription.items.data[0];
  const invoice = typeof subscription.latest_invoice === 'object' ? subscription.latest_invoice : null;
  return {
    subscriptionId: subscription.id,
    customerId: idOf(subscription.customer),
    organizationId: organizationIn(subscription.metadata),
    status: Object.hasOwn(statuses, subscription.status) ? (subscription.status as SubscriptionStatus) : null,
    quantity: item?.quantity ?? 0,
    ...(!item && { seatsUnclear: true }),
    seatPrice: item && monthlyAmount(item.price),
    currency: subscription.currency,
    endsAt: period ? endOf(subscription, period) : null,
    overdue: await overdueInvoices(stripe, subscription, owing),
    periodStartsAt: period ? moment(period.current_period_start) : null,
    periodEndsAt: period ? moment(period.current_period_end) : null,
    pending: item && (await pendingUpdate(stripe, subscription, item.id, invoice)),
    invoice: invoice && latestInvoice(invoice),
    readAt,
  };
}

export interface QuantityChange {
  subscriptionId: string;
  quantity: number;
  /** Whole seconds, within the current period. */
  prorationAt: Date;
  increase: boolean;
  idempotencyKey: string;
}

/**
 * Sets the number of seats. An increase is invoiced and charged at once, and does not happen before it is paid; a decrease
 * becomes a credit on the next invoice. The answer is not returned, since it may be a replay: read the subscription.
 */
export async function changeQuantity(stripe: Stripe, change: QuantityChange): Promise<void> {
  const { subscriptionId, quantity, idempotencyKey } = change;
  const subscription = await asking(() => stripe.subscriptions.retrieve(subscriptionId));
  const items = [{ id: seatItem(subscription).id, quantity }];
  const prorationDate = seconds(change.prorationAt);
  await asking(() =>
    stripe.subscriptions.update(
      subscriptionId,
      {
        items,
        proration_date: prorationDate,
        ...(change.increase
          ? { proration_behavior: 'always_invoice', payment_behavior: 'pending_if_incomplete' }
          : { proration_behavior: 'create_prorations' }),
      },
      { idempotencyKey },
    ),
  );
}

/** Null for a price of another period, in tiers, or in parts of the smallest unit: seats times it would be no monthly cost. */
export function monthlyAmount({ unit_amount: amount, recurring }: Stripe.Price): number | null {
  return recurring?.interval === 'month' && recurring.interval_count === 1 ? amount : null;
}

export function endOf(subscription: Stripe.Subscription, item: Stripe.SubscriptionItem): Date | null {
  const { ended_at: ended, cancel_at: at, cancel_at_period_end: atPeriodEnd } = subscription;
  if (ended !== null) return moment(ended);
  if (at !== null) return moment(at);
  return atPeriodEnd ? moment(item.current_period_end) : null;
}

async function pendingUpdate(
  stripe: Stripe,
  { pending_update: pending }: Stripe.Subscription,
  itemId: string,
  invoice: Stripe.Invoice | null,
): Promise<PendingUpdate | null> {
  const item = pending?.subscription_items?.find(({ id }) => id === itemId);
  if (!pending || item?.quantity === undefined) return null;
  const reason = invoice && (await paymentFailure(stripe, invoice.id));
  return { quantity: item.quantity, expiresAt: moment(pending.expires_at), reason };
}

function latestInvoice(invoice: Stripe.Invoice): LatestInvoice {
  const proration = invoice.lines.data.filter(isProration);
  return {
    id: invoice.id,
    status: invoice.status as LatestInvoice['status'],
    amountDue: invoice.amount_due,
    amountPaid: invoice.amount_paid,
    url: invoice.hosted_invoice_url ?? null,
    // The newest: credits of earlier decreases are collected with it.
    prorationAt:
      proration.length > 0 ? moment(Math.max(...proration.map(({ period }) => period.start))) : null,
  };
}

function idOf(reference: string | { id: string }): string {
  return typeof reference === 'string' ? reference : reference.id;
}

function moment(unixSeconds: number): Date {
  return new Date(1000 * unixSeconds);
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
