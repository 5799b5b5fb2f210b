import type { Transaction } from '../../../database/client.ts';
import type { Actor } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { effect } from '../../effects.ts';
import { refuse } from '../../errors.ts';
import { readId } from '../../ids.ts';
import { record } from '../../record.ts';
import { lockPayment } from '../checkout/apply-payment.ts';
import { permitPayments } from '../permit-payments.ts';

export interface RefundWish {
  paymentId: string;
  /** In the smallest unit of the payment's currency. */
  amount: number;
  /** The form that it was wished on: any number of wishes under one are one. */
  onceKey: string;
}

export interface RequestedRefund {
  refundId: string;
  amount: number;
  currency: string;
  /** What can still be given back beside it. */
  left: number;
}

/**
 * Records that the Owner gives a customer money back; a job carries it to Stripe. Judged under the payment's row lock, where what
 * was wished and is not at Stripe yet counts as gone: all refunds of a payment together are never more than was paid.
 * @throws Refusal `not_allowed`, `payment_unknown`, `payment_not_refundable`, `refund_range` (on `amount`), `refund_sent`.
 */
export async function requestRefund(
  context: Context,
  actor: Actor,
  { paymentId, amount, onceKey }: RefundWish,
): Promise<RequestedRefund> {
  const owner = permitPayments(actor);
  const id = readId(paymentId);
  if (id === undefined) throw refuse('payment_unknown');
  return context.database.$transaction(async (transaction) => {
    const payment = await lockPayment(transaction, id, owner.organizationId);
    if (!payment) throw refuse('payment_unknown');
    await requireFirst(transaction, context, onceKey);
    const most = payment.paidAt === null ? 0 : await refundable(transaction, payment);
    if (most === 0) throw refuse('payment_not_refundable');
    const { currency, organizationId, email } = payment;
    if (!Number.isInteger(amount) || amount < 1 || amount > most) {
      throw refuse('refund_range', { most, currency }).on('amount');
    }
    const refundId = context.newId();
    await transaction.refund.create({
      data: { id: refundId, paymentId: id, amount, requestedBy: owner.userId, createdAt: context.now() },
    });
    const after = { amount, currency };
    await record(
      transaction,
      context,
      [{ organizationId, by: owner, action: 'payment.refund_requested', subject: email, after }],
      [effect('refund.send', { refundId })],
    );
    return { refundId, amount, currency, left: most - amount };
  });
}

/** What of a paid payment can still be given back: Stripe's refunds and the wishes that are not there yet taken off. */
export async function refundable(
  database: Pick<Transaction, 'refund'>,
  { id, amount, refundedAmount }: { id: string; amount: number; refundedAmount: number },
): Promise<number> {
  const { _sum } = await database.refund.aggregate({
    // What Stripe has is in refundedAmount, from the moment at which it is known here.
    where: { paymentId: id, status: 'requested', stripeRefundId: null },
    _sum: { amount: true },
  });
  return Math.max(0, amount - refundedAmount - (_sum.amount ?? 0));
}

/** Inside the transaction: where the wish is refused, the form may be sent again. */
async function requireFirst(transaction: Transaction, context: Context, onceKey: string): Promise<void> {
  const now = context.now();
  const taken = await transaction.$executeRaw`
    INSERT INTO intake (key, received_at, handled_at) VALUES (${onceKey}, ${now}, ${now}) ON CONFLICT DO NOTHING`;
  if (taken === 0) throw refuse('refund_sent');
}
