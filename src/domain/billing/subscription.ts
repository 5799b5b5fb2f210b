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

/** Whether Stripe waits for a payment of what is owed, so that another card may change everything. */
export function isBehind(status: SubscriptionStatus | null): boolean {
  return status === 'past_due' || status === 'unpaid' || status === 'incomplete';
}

/**
 * Whether there was a subscription and its seats are gone: canceled, unpaid, paused, or in a state that this version does not
 * know. The organization is read-only then. One whose first payment never went through was never there.
 */
export function hasLapsed({ id, status }: { id: string | null; status: SubscriptionStatus | null }): boolean {
  if (id === null || grantsSeats(status)) return false;
  return status !== 'incomplete' && status !== 'incomplete_expired';
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

/**
 * An invoice of the subscription that Stripe has tried to collect in vain, or that an unpaid one waits for. Amounts are in the
 * currency's smallest unit.
 */
export interface Overdue {
  invoiceId: string;
  /** How often Stripe has tried. */
  attempt: number;
  amountDue: number;
  /** Where it can be paid. */
  url: string | null;
  issuedAt: Date;
  /** When Stripe tries again; null where it does not. */
  nextAttemptAt: Date | null;
}

/** What Stripe said of a subscription at one moment. */
export interface SubscriptionReading {
  subscriptionId: string;
  customerId: string;
  /** The organization that our Checkout wrote into the subscription, where it did. */
  organizationId: string | null;
  /** Null where Stripe says a status that this version does not know. */
  status: SubscriptionStatus | null;
  /** Seats that Stripe bills for; 0 where `seatsUnclear`. */
  quantity: number;
  /** It cannot be told which of its items stands for the seats: none are given away until it can. */
  seatsUnclear?: boolean;
  /** What one seat costs a month, in the currency's smallest unit; null where Stripe's price is no single monthly amount. */
  seatPrice: number | null;
  /** ISO 4217, in lower case. */
  currency: string;
  /** When it ends because somebody canceled it; null while it goes on. */
  endsAt: Date | null;
  /** Its invoices that are overdue, oldest first, without that of a change which waits for its payment; null where not asked. */
  overdue: readonly Overdue[] | null;
  periodStartsAt: Date | null;
  periodEndsAt: Date | null;
  pending: PendingUpdate | null;
  invoice: LatestInvoice | null;
  /** When the reading began, by readingMoment(): an older reading never replaces a newer. */
  readAt: Date;
}
