import type { Context } from '../../domain/context.ts';
import { refuse } from '../../domain/errors.ts';
import {
  type PaymentToOpen,
  readPaymentToOpen,
  recordPaymentPage,
  refusePage,
  renewPageAttempt,
} from '../../domain/payments/checkout/page.ts';
import { RetryableFailure } from '../failures.ts';
import type { StripeClient } from './client.ts';
import { StripeRefusal, StripeStoredFailure } from './failures.ts';

type Pages = Pick<StripeClient, 'openPaymentPage' | 'findPaymentPage'>;

/**
 * Opens a payment's page where it has none yet, and gives the payment as it stands then. Whatever died between any two steps: asked
 * again, it is the same page, since Stripe is asked under the row's own key.
 * @throws Refusal `payment_unknown` where it is gone; a RetryableFailure where Stripe does not answer.
 */
export async function openPayment(
  context: Pick<Context, 'database'>,
  stripe: Pages,
  paymentId: string,
): Promise<PaymentToOpen> {
  const payment = await readPaymentToOpen(context, paymentId);
  if (!payment) throw refuse('payment_unknown');
  if (payment.status !== 'pending' || payment.sessionId !== null) return payment;
  const opened = await askForPage(context, stripe, payment);
  return opened === 'anew' ? openAnew(context, stripe, payment) : opened;
}

/** `anew` where Stripe keeps a failure under the key, and will answer with it for ever. */
async function askForPage(
  context: Pick<Context, 'database'>,
  stripe: Pages,
  payment: PaymentToOpen,
): Promise<PaymentToOpen | 'anew'> {
  try {
    const page = await stripe.openPaymentPage(payment);
    return (await recordPaymentPage(context, payment.id, page)) ?? payment;
  } catch (error) {
    if (error instanceof StripeStoredFailure) return 'anew';
    if (!(error instanceof StripeRefusal)) throw error;
    await refusePage(context, payment.id, reasonOf(error));
    return (await readPaymentToOpen(context, payment.id)) ?? payment;
  }
}

/** The page that the failed call may have made is looked for before another is asked for. */
async function openAnew(
  context: Pick<Context, 'database'>,
  stripe: Pages,
  payment: PaymentToOpen,
): Promise<PaymentToOpen> {
  const made = await stripe.findPaymentPage(payment);
  if (made) return (await recordPaymentPage(context, payment.id, made)) ?? payment;
  await renewPageAttempt(context, payment);
  const renewed = await readPaymentToOpen(context, payment.id);
  if (!renewed || renewed.sessionId !== null) return renewed ?? payment;
  const opened = await askForPage(context, stripe, renewed);
  if (opened === 'anew') throw new RetryableFailure('Stripe fails to make the page of a payment.');
  return opened;
}

/** Stripe's word; "expired" where the moment has passed until which a page may still be opened. */
function reasonOf({ code, param }: StripeRefusal): string {
  if (param === 'expires_at') return 'expired';
  return code ?? param ?? 'refused';
}
