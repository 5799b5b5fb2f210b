import type { PaymentStatus } from '../../../database/client.ts';
import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';
import { readId } from '../../ids.ts';
import { lookAtPayment } from './follow-payment.ts';

/** A payment as whoever began it may see it: nothing of who paid. */
export interface WebsitePayment {
  id: string;
  status: PaymentStatus;
  /** In the smallest unit of the currency. */
  amount: number;
  currency: string;
  product: string;
  quantity: number;
  reference: string | null;
}

/**
 * A payment of the organization. Whoever asks for one that is pending waits for it: Stripe is looked at, in case its webhook is
 * late or lost.
 * @throws Refusal `payment_unknown`, also for another organization's.
 */
export async function readForWebsite(
  context: Context,
  { organizationId, paymentId }: { organizationId: string; paymentId: string },
): Promise<WebsitePayment> {
  const id = readId(paymentId);
  const payment =
    id === undefined ? null : await context.database.payment.findFirst({ where: { id, organizationId } });
  if (!payment) throw refuse('payment_unknown');
  if (payment.status === 'pending' && payment.sessionId !== null) await lookAtPayment(context, payment);
  const { status, amount, currency, productId: product, quantity, reference } = payment;
  return { id: payment.id, status, amount, currency, product, quantity, reference };
}
