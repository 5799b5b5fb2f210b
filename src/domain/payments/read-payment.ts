import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { readId } from '../ids.ts';
import { permit } from '../permissions.ts';
import type { ListedPayment } from './list-payments.ts';
import type { RefundStatus } from './payment.ts';
import { refundable } from './refunds/request-refund.ts';

/** Refunds that are shown of one payment. */
const MOST_REFUNDS = 20;

export interface ShownRefund {
  id: string;
  amount: number;
  status: RefundStatus;
  /** The Slack user who wished it; null where it was made at Stripe. */
  requestedBy: string | null;
  /** Why it failed, in Stripe's word; null where it did not, or nobody says. */
  reason: string | null;
  createdAt: Date;
}

/** Amounts are in the smallest unit of the currency. */
export interface ShownPayment extends ListedPayment {
  unitAmount: number;
  /** What the platform kept of it at first, and what of that was given back with refunds. */
  fee: number;
  refundedFee: number;
  /** The website's, like "https://shop.example"; null where a server began it. */
  origin: string | null;
  /** Why it failed, in a word. */
  reason: string | null;
  paidAt: Date | null;
  /** What can still be given back: what was not, less what is on its way. */
  refundable: number;
  /** The newest first, 20 at most. */
  refunds: ShownRefund[];
  moreRefunds: number;
}

/**
 * One payment with its refunds, by a constant number of statements.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`, `payment_unknown`.
 */
export async function readPayment(
  { database }: Pick<Context, 'database'>,
  actor: Actor,
  { paymentId }: { paymentId: string },
): Promise<ShownPayment> {
  const member = requireMember(actor);
  permit(member, 'payments.view');
  const id = readId(paymentId);
  if (id === undefined) throw refuse('payment_unknown');
  const payment = await database.payment.findFirst({
    where: { id, organizationId: member.organizationId },
    select: {
      id: true,
      productName: true,
      unitAmount: true,
      quantity: true,
      amount: true,
      currency: true,
      fee: true,
      email: true,
      reference: true,
      origin: true,
      status: true,
      reason: true,
      refundedAmount: true,
      refundedFee: true,
      createdAt: true,
      paidAt: true,
      refunds: {
        select: { id: true, amount: true, status: true, requestedBy: true, reason: true, createdAt: true },
        orderBy: { id: 'desc' },
        take: MOST_REFUNDS,
      },
      _count: { select: { refunds: true } },
    },
  });
  if (!payment) throw refuse('payment_unknown');
  const { _count, ...shown } = payment;
  return {
    ...shown,
    refundable: shown.paidAt === null ? 0 : await refundable(database, shown),
    moreRefunds: _count.refunds - shown.refunds.length,
  };
}
