import type { PaymentStatus } from '../../../database/client.ts';
import type { Context } from '../../context.ts';

/** A payment as its page at Stripe is made of it. Amounts are in the smallest unit of the currency. */
export interface PaymentToOpen {
  id: string;
  organizationId: string;
  productName: string;
  unitAmount: number;
  quantity: number;
  amount: number;
  currency: string;
  fee: number;
  email: string;
  accountId: string;
  successUrl: string;
  cancelUrl: string;
  expiresAt: Date;
  createdAt: Date;
  /** Part of the idempotency key: a new one only after Stripe stored a failure under the old. */
  attempt: number;
  status: PaymentStatus;
  reason: string | null;
  sessionId: string | null;
  checkoutUrl: string | null;
}

/** A page as Stripe made it. */
export interface PaymentPage {
  sessionId: string;
  /** Where it is paid; null where it cannot be any more. */
  url: string | null;
}

const columns = {
  id: true,
  organizationId: true,
  productName: true,
  unitAmount: true,
  quantity: true,
  amount: true,
  currency: true,
  fee: true,
  email: true,
  accountId: true,
  successUrl: true,
  cancelUrl: true,
  expiresAt: true,
  createdAt: true,
  attempt: true,
  status: true,
  reason: true,
  sessionId: true,
  checkoutUrl: true,
} as const;

/** Null where it is gone. */
export function readPaymentToOpen(
  { database }: Pick<Context, 'database'>,
  paymentId: string,
): Promise<PaymentToOpen | null> {
  return database.payment.findUnique({ where: { id: paymentId }, select: columns });
}

/**
 * Notes the page of a payment, once, and returns the payment as it stands then: with another page, where another was noted
 * before. Null where the payment is gone.
 */
export async function recordPaymentPage(
  context: Pick<Context, 'database'>,
  paymentId: string,
  { sessionId, url }: PaymentPage,
): Promise<PaymentToOpen | null> {
  await context.database.payment.updateMany({
    where: { id: paymentId, sessionId: null },
    data: { sessionId, checkoutUrl: url },
  });
  return readPaymentToOpen(context, paymentId);
}

/**
 * Gives the next call for a page another idempotency key. Only after Stripe stored a failure under the key of `attempt`: it would
 * replay that failure for ever. Never after silence, which may hide a page.
 */
export async function renewPageAttempt(
  { database }: Pick<Context, 'database'>,
  { id, attempt }: Pick<PaymentToOpen, 'id' | 'attempt'>,
): Promise<void> {
  await database.payment.updateMany({
    where: { id, attempt, sessionId: null },
    data: { attempt: attempt + 1 },
  });
}

/** Ends a payment for which Stripe makes no page; `reason` is its word. Nothing where there is one after all. */
export async function refusePage(
  { database }: Pick<Context, 'database'>,
  paymentId: string,
  reason: string,
): Promise<void> {
  await database.payment.updateMany({
    where: { id: paymentId, status: 'pending', sessionId: null },
    data: { status: 'failed', reason },
  });
}
