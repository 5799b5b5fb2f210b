import type { StripeClient } from '../clients/stripe/client.ts';
import { StripeRefusal } from '../clients/stripe/failures.ts';
import { openPayment } from '../clients/stripe/open-payment.ts';
import { readingMoment } from '../domain/billing/reading-moment.ts';
import type { Context } from '../domain/context.ts';
import { asRefusal } from '../domain/errors.ts';
import { applyPayment, type PaymentReading } from '../domain/payments/checkout/apply-payment.ts';
import { followLater, lookAtPending } from '../domain/payments/checkout/follow-payment.ts';
import { type PaymentToOpen, readPaymentToOpen } from '../domain/payments/checkout/page.ts';
import type { Logger } from '../logger.ts';
import { defineJob } from './job.ts';
import type { Schedule } from './schedules.ts';

export type PaymentJobContext = Context & {
  stripe: Pick<StripeClient, 'openPaymentPage' | 'findPaymentPage' | 'readPayment'>;
};

/**
 * Looks at a payment, so that what became of it is seen though no webhook told of it. A page that was asked for and never noted is
 * found by asking again under the same key.
 */
export const paymentFollow = defineJob<'payment.follow', PaymentJobContext>('payment.follow', {
  queue: 'stripe',
  async run(context, { paymentId }, { log }) {
    const payment = await openPayment(context, context.stripe, paymentId).catch(asRefusal);
    if (payment instanceof Error || payment.sessionId === null) return;
    if (payment.status !== 'pending') return;
    const reading = await readPaymentNow(context, payment, log);
    if (reading?.outcome === 'open') await followLater(context, payment);
  },
});

/** Brings a payment to what Stripe says of it; false where it is none of ours. */
export async function followPayment(
  context: PaymentJobContext,
  paymentId: string,
  log: Logger,
): Promise<boolean> {
  const payment = await readPaymentToOpen(context, paymentId);
  if (!payment) return false;
  const opened = await openPayment(context, context.stripe, paymentId);
  await readPaymentNow(context, opened, log);
  return true;
}

async function readPaymentNow(
  context: PaymentJobContext,
  { id, sessionId }: PaymentToOpen,
  log: Logger,
): Promise<PaymentReading | null> {
  if (sessionId === null) return null;
  const readAt = await readingMoment(context);
  try {
    const reading = await context.stripe.readPayment(sessionId, readAt);
    await applyPayment(context, id, reading);
    return reading;
  } catch (error) {
    // A key of another account or mode looks just like this.
    if (!(error instanceof StripeRefusal) || error.code !== 'resource_missing') throw error;
    log.error({ paymentId: id, sessionId, err: error }, 'The page of a payment is not there at Stripe.');
    return null;
  }
}

/** Takes pending payments up again whose page has ended: what followed them was given up, or their bank takes days. */
export const followPayments: Schedule<Context> = {
  every: 3600,
  async run(context, { log }) {
    const count = await lookAtPending(context);
    if (count > 0) log.info({ count }, 'pending payments are looked at again');
  },
};
