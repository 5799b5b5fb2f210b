import type Stripe from 'stripe';
import type { PaymentPage, PaymentToOpen } from '../../domain/payments/checkout/page.ts';
import { asking } from './failures.ts';
import { paymentMetadata } from './metadata.ts';

/**
 * The page on which a payment is paid: a destination charge to the organization's account, of which the platform keeps the fee
 * (docs.stripe.com/connect/destination-charges). Everything in it comes from the payment's row, so that asked again under the
 * row's key it is the same page.
 */
export async function openPaymentPage(stripe: Stripe, payment: PaymentToOpen): Promise<PaymentPage> {
  const { id, fee, quantity } = payment;
  const metadata = paymentMetadata(payment);
  const session = await asking(() =>
    stripe.checkout.sessions.create(
      {
        mode: 'payment',
        customer_email: payment.email,
        client_reference_id: id,
        line_items: [
          {
            quantity,
            price_data: {
              currency: payment.currency,
              unit_amount: payment.unitAmount,
              product_data: { name: payment.productName },
            },
          },
        ],
        // Stripe would let the buyer pay in another currency, and the fee and every refund would be of that one.
        adaptive_pricing: { enabled: false },
        metadata,
        payment_intent_data: {
          ...(fee > 0 && { application_fee_amount: fee }),
          transfer_data: { destination: payment.accountId },
          metadata,
        },
        success_url: payment.successUrl,
        cancel_url: payment.cancelUrl,
        expires_at: Math.floor(payment.expiresAt.getTime() / 1000),
      },
      { idempotencyKey: `payment:${id}:${payment.attempt}` },
    ),
  );
  return { sessionId: session.id, url: session.url };
}

/** The page that a call has made whose answer was lost for good; null where it made none. */
export async function findPaymentPage(
  stripe: Stripe,
  { id, createdAt, expiresAt }: PaymentToOpen,
): Promise<PaymentPage | null> {
  // Stripe's clock may be a little behind ours.
  const created = {
    gte: Math.floor(createdAt.getTime() / 1000) - 300,
    lte: Math.floor(expiresAt.getTime() / 1000),
  };
  for (let after: string | undefined; ; ) {
    const from = after;
    const { data, has_more: more } = await asking(() =>
      stripe.checkout.sessions.list({
        created,
        limit: 100,
        ...(from !== undefined && { starting_after: from }),
      }),
    );
    const found = data.find(({ client_reference_id: reference }) => reference === id);
    if (found) return { sessionId: found.id, url: found.url };
    after = data.at(-1)?.id;
    if (!more || after === undefined) return null;
  }
}
