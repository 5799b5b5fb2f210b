import type Stripe from 'stripe';
import type { PaymentReading } from '../../domain/payments/checkout/apply-payment.ts';
import type { RefundReading } from '../../domain/payments/refunds/apply-refunds.ts';
import { asking } from './failures.ts';
import { uuidOrNull } from './metadata.ts';

/**
 * A payment as it is now, by one question for its page with all that hangs on it. `readAt` is readingMoment(), taken before the
 * call.
 */
export async function readPayment(stripe: Stripe, sessionId: string, readAt: Date): Promise<PaymentReading> {
  const session = await asking(() =>
    stripe.checkout.sessions.retrieve(sessionId, {
      expand: ['payment_intent.latest_charge.application_fee', 'payment_intent.latest_charge.refunds'],
    }),
  );
  const intent = objectOr(session.payment_intent);
  const charge = objectOr(intent?.latest_charge);
  const fee = objectOr(charge?.application_fee);
  const paid = charge?.paid === true && charge.captured;
  return {
    sessionId: session.id,
    paymentIntentId: intent?.id ?? null,
    ...outcomeOf(session, intent, paid),
    paidAt: paid ? new Date(1000 * charge.created) : null,
    refundedFee: fee?.amount_refunded ?? 0,
    refunds: paid ? await refundsOf(stripe, charge) : [],
    readAt,
  };
}

function outcomeOf(
  { status }: Stripe.Checkout.Session,
  intent: Stripe.PaymentIntent | null,
  paid: boolean,
): Pick<PaymentReading, 'outcome' | 'reason'> {
  if (paid) return { outcome: 'paid', reason: null };
  if (status === 'expired') return { outcome: 'expired', reason: 'expired' };
  // A page that is done and not paid waits for the bank, as for a direct debit, until the bank has said no.
  const refused = intent?.status === 'requires_payment_method' || intent?.status === 'canceled';
  if (status !== 'complete' || !refused) return { outcome: 'open', reason: null };
  const error = intent.last_payment_error;
  return { outcome: 'failed', reason: error?.decline_code ?? error?.code ?? intent.status };
}

/** Stripe puts the ten newest into the charge; where there are more, all are asked for. */
async function refundsOf(stripe: Stripe, charge: Stripe.Charge): Promise<RefundReading[]> {
  if (charge.refunds && !charge.refunds.has_more) return charge.refunds.data.map(readRefund);
  const refunds: RefundReading[] = [];
  for (let after: string | undefined; ; ) {
    const from = after;
    const { data, has_more: more } = await asking(() =>
      stripe.refunds.list({
        charge: charge.id,
        limit: 100,
        ...(from !== undefined && { starting_after: from }),
      }),
    );
    refunds.push(...data.map(readRefund));
    after = data.at(-1)?.id;
    if (!more || after === undefined) return refunds;
  }
}

function readRefund({ id, amount, status, metadata, failure_reason: reason }: Stripe.Refund): RefundReading {
  const failed = status === 'failed' || status === 'canceled';
  return {
    stripeRefundId: id,
    refundId: uuidOrNull(metadata?.refund_id),
    amount,
    state: failed ? 'failed' : status === 'succeeded' ? 'succeeded' : 'pending',
    reason: failed ? (reason ?? status) : null,
  };
}

function objectOr<T extends object>(value: string | T | null | undefined): T | null {
  return typeof value === 'object' ? value : null;
}
