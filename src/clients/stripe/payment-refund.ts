import type Stripe from 'stripe';
import type { RefundToSend } from '../../domain/payments/refunds/send-refund.ts';
import { asking } from './failures.ts';

/**
 * Gives a part of a payment, or all of it, back to the customer: out of the organization's account, with the fee's share given
 * back to that account. The answer is not returned, since it may be a replay: read the payment.
 */
export async function refundPayment(
  stripe: Stripe,
  { id, paymentId, amount, attempt, paymentIntentId, withFee }: RefundToSend,
): Promise<void> {
  await asking(() =>
    stripe.refunds.create(
      {
        payment_intent: paymentIntentId,
        amount,
        reverse_transfer: true,
        // Stripe refuses to give a fee back where there was none.
        ...(withFee && { refund_application_fee: true }),
        reason: 'requested_by_customer',
        metadata: { refund_id: id, payment_id: paymentId },
      },
      { idempotencyKey: `refund:${id}:${attempt}` },
    ),
  );
}
