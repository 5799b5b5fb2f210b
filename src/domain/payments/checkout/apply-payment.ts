import type { PaymentStatus, Transaction } from '../../../database/client.ts';
import type { Context } from '../../context.ts';
import { paymentAnnounce } from '../../effects.ts';
import { record } from '../../record.ts';
import { noConsequences } from '../../seats/consequences.ts';
import { applyRefunds, type RefundReading } from '../refunds/apply-refunds.ts';

/** What Stripe said of a payment at one moment. Amounts are in the smallest unit of its currency. */
export interface PaymentReading {
  sessionId: string;
  paymentIntentId: string | null;
  /**
   * `open`: it can be paid, or its bank still decides. `paid`: its charge went through, whatever came after. `expired`: its page
   * has ended unpaid. `failed`: its bank said no after the page was done.
   */
  outcome: 'open' | 'paid' | 'expired' | 'failed';
  /** Why it failed, in Stripe's word; null where it did not, or Stripe does not say. */
  reason: string | null;
  /** When it was paid; null where it was not. */
  paidAt: Date | null;
  /** What of the platform's fee was given back with refunds. */
  refundedFee: number;
  /** All of them. */
  refunds: readonly RefundReading[];
  /** By readingMoment(): an older reading never replaces a newer. */
  readAt: Date;
}

/** `outdated`: a newer reading was there first. `unknown`: the payment is gone, or has another page. */
export type PaymentApplication = 'applied' | 'outdated' | 'unknown';

/**
 * Sets a payment and its refunds to what Stripe said, as absolute values, in one transaction under its row's lock: any number of
 * readings in any order end at the newest. What changed is told: the support channel of a payment and its refunds, the Owner of a
 * refund that failed.
 */
export async function applyPayment(
  context: Context,
  paymentId: string,
  reading: PaymentReading,
): Promise<PaymentApplication> {
  return context.database.$transaction(async (transaction) => {
    const before = await lockPayment(transaction, paymentId);
    if (!before || (before.sessionId !== null && before.sessionId !== reading.sessionId)) return 'unknown';
    if (before.readAt !== null && before.readAt > reading.readAt) return 'outdated';
    const consequences = noConsequences();
    await applyRefunds(transaction, context, before, reading.refunds, consequences);
    const after = stateUnder(before, reading);
    await transaction.payment.update({ where: { id: paymentId }, data: after });
    if (after.status !== before.status || after.refundedAmount !== before.refundedAmount) {
      if (after.paidAt !== null) consequences.effects.push(paymentAnnounce(paymentId));
    }
    await record(transaction, context, consequences.changes, consequences.effects);
    return 'applied';
  });
}

/** The columns that a reading decides. */
function stateUnder(payment: LockedPayment, reading: PaymentReading) {
  const back = reading.refunds.filter(({ state }) => state !== 'failed');
  const sum = back.reduce((total, { amount }) => total + amount, 0);
  const paid = reading.outcome === 'paid';
  const refundedAmount = paid ? Math.min(payment.amount, sum) : 0;
  const status = statusOf(reading.outcome, refundedAmount, payment.amount);
  return {
    sessionId: reading.sessionId,
    paymentIntentId: reading.paymentIntentId,
    status,
    reason: status === 'failed' ? reading.reason : null,
    // The moment that was told first stays.
    paidAt: paid ? (payment.paidAt ?? reading.paidAt ?? reading.readAt) : null,
    refundedAmount,
    refundedFee: paid ? Math.min(payment.fee, reading.refundedFee) : 0,
    readAt: reading.readAt,
    ...(reading.outcome !== 'open' && { checkoutUrl: null }),
  };
}

function statusOf(outcome: PaymentReading['outcome'], refunded: number, amount: number): PaymentStatus {
  if (outcome === 'open') return 'pending';
  if (outcome !== 'paid') return 'failed';
  if (refunded === 0) return 'paid';
  return refunded < amount ? 'partially_refunded' : 'refunded';
}

/** A payment behind its row's lock, which is held until the transaction ends. */
export interface LockedPayment {
  id: string;
  organizationId: string;
  email: string;
  amount: number;
  fee: number;
  currency: string;
  status: PaymentStatus;
  sessionId: string | null;
  refundedAmount: number;
  paidAt: Date | null;
  readAt: Date | null;
}

/** Null where it is gone, or another organization's where one is named. */
export async function lockPayment(
  transaction: Transaction,
  paymentId: string,
  organizationId: string | null = null,
): Promise<LockedPayment | null> {
  const [payment] = await transaction.$queryRaw<LockedPayment[]>`
    SELECT id, organization_id AS "organizationId", email, amount, fee, currency, status::text AS status,
      session_id AS "sessionId", refunded_amount AS "refundedAmount", paid_at AS "paidAt", read_at AS "readAt"
    FROM payments
    WHERE id = ${paymentId}::uuid AND (${organizationId}::uuid IS NULL OR organization_id = ${organizationId}::uuid)
    FOR NO KEY UPDATE`;
  return payment ?? null;
}
