import type Stripe from 'stripe';
import { asking, StripeRefusal } from './failures.ts';
import { UNWOUND_KEY } from './payments-back.ts';
import { findSeatItem } from './seat-price.ts';

/** A payment that was made for a subscription, in the currency's smallest unit. */
export interface Paid {
  paymentIntent: string;
  amount: number;
  /** What of it was given back already. */
  refunded: number;
}

/** A subscription, as it is to be known before it is ended. */
export interface BoughtSubscription {
  seats: number;
  currency: string;
  /** Whether it has ended already. */
  over: boolean;
  /** The Checkout page that it was bought on; null where it was not bought on one. */
  checkoutSessionId: string | null;
  paid: Paid[];
}

export async function readBought(stripe: Stripe, subscriptionId: string): Promise<BoughtSubscription> {
  const subscription = await asking(() => stripe.subscriptions.retrieve(subscriptionId));
  const sessions = await asking(() =>
    stripe.checkout.sessions.list({ subscription: subscriptionId, limit: 1 }),
  );
  const invoices = await asking(() =>
    stripe.invoices.list({ subscription: subscriptionId, status: 'paid', limit: 100 }),
  );
  const paid: Paid[] = [];
  for (const { id } of invoices.data) paid.push(...(await paymentsOf(stripe, id)));
  return {
    seats: findSeatItem(subscription)?.quantity ?? 0,
    currency: subscription.currency,
    over: subscription.status === 'canceled' || subscription.status === 'incomplete_expired',
    checkoutSessionId: sessions.data[0]?.id ?? null,
    paid,
  };
}

async function paymentsOf(stripe: Stripe, invoice: string): Promise<Paid[]> {
  const { data } = await asking(() => stripe.invoicePayments.list({ invoice, status: 'paid', limit: 100 }));
  const paid: Paid[] = [];
  for (const { payment, amount_paid: amount } of data) {
    const intent = payment.payment_intent;
    const paymentIntent = typeof intent === 'object' ? intent?.id : intent;
    if (!paymentIntent || !amount) continue;
    const refunds = await asking(() => stripe.refunds.list({ payment_intent: paymentIntent, limit: 100 }));
    const counted = refunds.data.filter(({ status }) => status !== 'failed' && status !== 'canceled');
    paid.push({ paymentIntent, amount, refunded: counted.reduce((sum, refund) => sum + refund.amount, 0) });
  }
  return paid;
}

/** Gives back what is left of a payment for a subscription that was bought twice. Never more than was paid. */
export async function refundBought(
  stripe: Stripe,
  { paymentIntent, subscriptionId }: { paymentIntent: string; subscriptionId: string },
  idempotencyKey: string,
): Promise<void> {
  try {
    await asking(() =>
      stripe.refunds.create(
        { payment_intent: paymentIntent, reason: 'duplicate', metadata: { [UNWOUND_KEY]: subscriptionId } },
        { idempotencyKey },
      ),
    );
  } catch (error) {
    if (!(error instanceof StripeRefusal && error.code === 'charge_already_refunded')) throw error;
  }
}
