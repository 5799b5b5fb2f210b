import type { SubscriptionStatus } from '../../database/client.ts';

/** The statuses under which the purchased seats may be used; any other leaves none to give away. */
const granting: readonly SubscriptionStatus[] = ['active', 'trialing', 'past_due'];

/** Whether seats are purchased under this status. Null is a status that this version does not know: it grants nothing. */
export function grantsSeats(status: SubscriptionStatus | null): boolean {
  return status !== null && granting.includes(status);
}

/**
 * Whether a subscription under this status grants nothing now and may again: it must not be paid for twice. Null as above.
 */
export function isResting(status: SubscriptionStatus | null): boolean {
  return status === null || status === 'unpaid' || status === 'paused';
}

/** A change that Stripe holds back until its invoice is paid. */
export interface PendingUpdate {
  quantity: number;
  /** When Stripe gives it up: after 23 hours at most (docs.stripe.com/billing/subscriptions/pending-updates). */
  expiresAt: Date;
  /** Why the payment did not go through, as a sentence for the payer; null where Stripe does not say. */
  reason: string | null;
}

/** The newest invoice of a subscription. Amounts are pence. */
export interface LatestInvoice {
  id: string;
  status: 'draft' | 'open' | 'paid' | 'uncollectible' | 'void' | null;
  amountDue: number;
  amountPaid: number;
  /** Where it can be paid or read. */
  url: string | null;
  /** The moment from which it prorates, to the second; null where it is no proration. */
  prorationAt: Date | null;
}

/** What Stripe said of a subscription at one moment. */
export interface SubscriptionReading {
  subscriptionId: string;
  customerId: string;
  /** The organization that our Checkout wrote into the subscription, where it did. */
  organizationId: string | null;
  /** Null where Stripe says a status that this version does not know. */
  status: SubscriptionStatus | null;
  /** Seats that Stripe bills for. */
  quantity: number;
  periodStartsAt: Date | null;
  periodEndsAt: Date | null;
  pending: PendingUpdate | null;
  invoice: LatestInvoice | null;
  /** When the reading began, by readingMoment(): an older reading never replaces a newer. */
  readAt: Date;
}
