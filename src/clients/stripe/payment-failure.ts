import type Stripe from 'stripe';
import { asking } from './failures.ts';

const CONFIRM = 'Your bank asks you to confirm the payment.';

/** Why an open invoice is not paid, as a sentence for the payer; null where Stripe does not say, or does not answer. */
export async function paymentFailure(stripe: Stripe, invoiceId: string): Promise<string | null> {
  try {
    const { data } = await asking(() =>
      stripe.invoicePayments.list({
        invoice: invoiceId,
        limit: 1,
        expand: ['data.payment.payment_intent'],
      }),
    );
    const intent = data[0]?.payment.payment_intent;
    if (typeof intent !== 'object') return null;
    if (intent.status === 'requires_action') return CONFIRM;
    return intent.last_payment_error?.message ?? null;
  } catch {
    // It is only the reason: what is to be done does not hang on it.
    return null;
  }
}
