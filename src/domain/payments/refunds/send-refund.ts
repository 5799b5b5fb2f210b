import type { Transaction } from '../../../database/client.ts';
import type { Context } from '../../context.ts';
import { record } from '../../record.ts';
import { noConsequences } from '../../seats/consequences.ts';
import { lockPayment } from '../checkout/apply-payment.ts';
import { tell } from './apply-refunds.ts';

/** A refund that Stripe has still to be told of. */
export interface RefundToSend {
  id: string;
  paymentId: string;
  amount: number;
  /** Part of the idempotency key: a new one only after Stripe stored a failure under the old. */
  attempt: number;
  paymentIntentId: string;
  /** Whether the platform kept anything of the payment. */
  withFee: boolean;
}

/** Null where Stripe has it, where it is settled, or gone. */
export async function readRefundToSend(
  { database }: Pick<Context, 'database'>,
  refundId: string,
): Promise<RefundToSend | null> {
  const refund = await database.refund.findFirst({
    where: { id: refundId, status: 'requested', stripeRefundId: null },
    select: {
      id: true,
      paymentId: true,
      amount: true,
      attempt: true,
      payment: { select: { paymentIntentId: true, fee: true } },
    },
  });
  if (!refund?.payment.paymentIntentId) return null;
  const { payment, ...rest } = refund;
  return { ...rest, paymentIntentId: refund.payment.paymentIntentId, withFee: payment.fee > 0 };
}

/** Notes that the call goes out. */
export async function noteSending(
  { database, now }: Pick<Context, 'database' | 'now'>,
  { id, attempt }: Pick<RefundToSend, 'id' | 'attempt'>,
): Promise<void> {
  await database.refund.updateMany({ where: { id, attempt, status: 'requested' }, data: { sentAt: now() } });
}

/** Gives the next call another idempotency key. Only after Stripe stored a failure under the key of `attempt`. */
export async function renewRefundAttempt(
  { database }: Pick<Context, 'database'>,
  { id, attempt }: Pick<RefundToSend, 'id' | 'attempt'>,
): Promise<void> {
  await database.refund.updateMany({
    where: { id, attempt, status: 'requested', stripeRefundId: null },
    data: { attempt: attempt + 1 },
  });
}

/** How long a refund that was sent is asked about, in milliseconds. */
const ASKED_MS = 7 * 24 * 3_600_000;

/** Whether Stripe may have made a refund without saying so: it was sent, within the week, and nothing was heard. */
export async function mayBeMade(
  transaction: Transaction,
  { now }: Pick<Context, 'now'>,
  refundId: string,
): Promise<boolean> {
  const since = new Date(now().getTime() - ASKED_MS);
  const waiting = { status: 'requested', stripeRefundId: null, sentAt: { not: null } } as const;
  return (
    (await transaction.refund.count({ where: { id: refundId, createdAt: { gt: since }, ...waiting } })) > 0
  );
}

/** Ends a refund that Stripe will not make; the Owner reads why. Nothing where Stripe has it. */
export async function failRefund(
  transaction: Transaction,
  context: Context,
  refundId: string,
  reason: string,
): Promise<void> {
  const refund = await transaction.refund.findUnique({ where: { id: refundId } });
  const payment = refund && (await lockPayment(transaction, refund.paymentId));
  if (!refund || !payment) return;
  const { count } = await transaction.refund.updateMany({
    where: { id: refundId, status: 'requested', stripeRefundId: null },
    data: { status: 'failed', reason, settledAt: context.now() },
  });
  if (count === 0) return;
  const consequences = noConsequences();
  await tell(transaction, payment, { amount: refund.amount, status: 'failed', reason }, consequences);
  await record(transaction, context, consequences.changes, consequences.effects);
}
