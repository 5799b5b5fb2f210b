import type { Transaction } from '../../../database/client.ts';
import type { Context } from '../../context.ts';
import type { Author } from '../../record.ts';
import type { Consequences } from '../../seats/consequences.ts';
import { toOwner } from '../account/apply-account.ts';
import type { LockedPayment } from '../checkout/apply-payment.ts';

/** A refund as Stripe has it. */
export interface RefundReading {
  stripeRefundId: string;
  /** The wish of ours that it fulfils, from its metadata; null for one that was made at Stripe. */
  refundId: string | null;
  amount: number;
  /** `pending`: on its way. `failed`: its bank sent it back, or somebody canceled it. */
  state: 'pending' | 'succeeded' | 'failed';
  /** Why it failed, in Stripe's word. */
  reason: string | null;
}

/** Brings the rows of a payment's refunds to what Stripe has; those that were made there get rows of their own. */
export async function applyRefunds(
  transaction: Transaction,
  context: Context,
  payment: LockedPayment,
  refunds: readonly RefundReading[],
  consequences: Consequences,
): Promise<void> {
  if (refunds.length === 0) return;
  const rows = await transaction.refund.findMany({ where: { paymentId: payment.id } });
  const now = context.now();
  for (const reading of refunds) {
    const { stripeRefundId, amount, reason } = reading;
    const row =
      rows.find((each) => each.stripeRefundId === stripeRefundId) ??
      rows.find((each) => each.id === reading.refundId && each.stripeRefundId === null);
    const status = reading.state === 'pending' ? 'requested' : reading.state;
    const said = { stripeRefundId, status, reason: status === 'failed' ? reason : null } as const;
    const settled = status === 'requested' ? null : (row?.status === status && row.settledAt) || now;
    if (row) {
      if (row.status === status && row.stripeRefundId === stripeRefundId) continue;
      await transaction.refund.update({
        where: { id: row.id },
        data: { ...said, amount, settledAt: settled, sentAt: row.sentAt ?? now },
      });
    } else {
      const id = context.newId();
      await transaction.refund.create({
        data: { id, paymentId: payment.id, amount, createdAt: now, sentAt: now, settledAt: settled, ...said },
      });
    }
    if (row?.status === status) continue;
    await tell(transaction, payment, { amount, status, reason }, consequences);
  }
}

/** One audit line for each end of a refund; the Owner hears of one that did not arrive. */
export async function tell(
  transaction: Transaction,
  {
    id: paymentId,
    organizationId,
    email,
    currency,
  }: Pick<LockedPayment, 'id' | 'organizationId' | 'email' | 'currency'>,
  {
    amount,
    status,
    reason,
  }: { amount: number; status: 'requested' | 'succeeded' | 'failed'; reason: string | null },
  { changes, effects }: Consequences,
  by: Author = 'Stripe',
): Promise<void> {
  if (status === 'requested') return;
  const after = { amount, currency, ...(reason !== null && status === 'failed' && { reason }) };
  const action = status === 'failed' ? 'payment.refund_failed' : 'payment.refunded';
  changes.push({ organizationId, by, action, subject: email, after });
  if (status !== 'failed') return;
  const notice = {
    kind: 'customer_refund_failed',
    paymentId,
    amount,
    currency,
    ...(reason !== null && { reason }),
  } as const;
  effects.push(...(await toOwner(transaction, organizationId, notice)));
}
