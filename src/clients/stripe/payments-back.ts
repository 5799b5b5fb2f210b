import type Stripe from 'stripe';
import type { BilledTo } from '../../domain/billing/billed-organization.ts';
import { asking } from './failures.ts';
import { organizationIn, paymentIn } from './metadata.ts';

/** Money that goes back to a payer, or is to, as it stands now. Amounts are in the currency's smallest unit. */
export interface PaymentBack {
  id: string;
  amount: number;
  currency: string;
  /** Whom the charge was made to. */
  billedTo: BilledTo;
  /** The payment on a website that the charge was; null for every other. */
  paymentId: string | null;
}

export interface Refund extends PaymentBack {
  /** Whether the money goes back for sure. */
  succeeded: boolean;
  /** The payer's bank did not take it: the money is the seller's again. */
  failed: boolean;
  /** The second subscription that we ended and gave back ourselves; null for every other refund. */
  unwound: string | null;
}

export interface Dispute extends PaymentBack {
  /** Nothing is left to decide. */
  closed: boolean;
  /** The bank has taken the money for good. */
  lost: boolean;
}

/** What a refund of ours says of the subscription that it belongs to. */
export const UNWOUND_KEY = 'unwound_subscription';

/** One refund, or all of a charge. */
export async function readRefunds(
  stripe: Stripe,
  which: { refundId: string } | { chargeId: string },
): Promise<Refund[]> {
  const refunds =
    'refundId' in which
      ? [await asking(() => stripe.refunds.retrieve(which.refundId))]
      : (await asking(() => stripe.refunds.list({ charge: which.chargeId, limit: 100 }))).data;
  const [first] = refunds;
  if (!first) return [];
  const payer = await payerOf(stripe, idOf(first.charge));
  return refunds.map(({ id, amount, currency, status, metadata }) => ({
    id,
    amount,
    currency,
    ...payer,
    succeeded: status === 'succeeded',
    failed: status === 'failed',
    unwound: metadata?.[UNWOUND_KEY] ?? null,
  }));
}

export async function readDispute(stripe: Stripe, disputeId: string): Promise<Dispute> {
  const { id, amount, currency, status, charge } = await asking(() => stripe.disputes.retrieve(disputeId));
  return {
    id,
    amount,
    currency,
    ...(await payerOf(stripe, idOf(charge))),
    // A warning is a dispute that has not taken money yet (docs.stripe.com/api/disputes/object).
    closed: status === 'won' || status === 'lost' || status === 'warning_closed' || status === 'prevented',
    lost: status === 'lost',
  };
}

/** By the invoice that the charge paid, since a customer may have been replaced; and by the customer. */
async function payerOf(
  stripe: Stripe,
  chargeId: string | null,
): Promise<Pick<PaymentBack, 'billedTo' | 'paymentId'>> {
  const nobody = { subscriptionId: null, customerId: null, organizationId: null };
  if (chargeId === null) return { billedTo: nobody, paymentId: null };
  const charge = await asking(() => stripe.charges.retrieve(chargeId));
  const paymentId = paymentIn(charge.metadata);
  if (paymentId !== null) return { billedTo: nobody, paymentId };
  return { billedTo: await billedFor(stripe, charge), paymentId: null };
}

async function billedFor(stripe: Stripe, charge: Stripe.Charge): Promise<BilledTo> {
  const nobody = { subscriptionId: null, customerId: null, organizationId: null };
  const customerId = idOf(charge.customer);
  const intent = idOf(charge.payment_intent);
  if (intent === null) return { ...nobody, customerId };
  const payment = { type: 'payment_intent', payment_intent: intent } as const;
  const { data } = await asking(() =>
    stripe.invoicePayments.list({ payment, limit: 1, expand: ['data.invoice'] }),
  );
  const invoice = data[0]?.invoice;
  const details =
    typeof invoice === 'object' && invoice && 'parent' in invoice
      ? invoice.parent?.subscription_details
      : null;
  return {
    subscriptionId: details ? idOf(details.subscription) : null,
    customerId,
    organizationId: organizationIn(details?.metadata),
  };
}

function idOf(reference: string | { id: string } | null | undefined): string | null {
  return typeof reference === 'object' && reference !== null ? reference.id : (reference ?? null);
}
