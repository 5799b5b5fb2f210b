import type Stripe from 'stripe';
import { SEAT_PRICE_PENCE } from '../../domain/money.ts';
import { setUpPortal } from './portal.ts';
import { SEAT_LOOKUP_KEY } from './seat-price.ts';

/** What the webhook endpoint has to be sent. */
export const webhookEvents = [
  'charge.dispute.closed',
  'charge.dispute.created',
  'charge.dispute.funds_withdrawn',
  'charge.refunded',
  'checkout.session.async_payment_failed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.completed',
  'checkout.session.expired',
  'customer.deleted',
  'customer.updated',
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'customer.subscription.paused',
  'customer.subscription.resumed',
  'customer.subscription.pending_update_applied',
  'customer.subscription.pending_update_expired',
  'customer.subscription.trial_will_end',
  'invoice.marked_uncollectible',
  'invoice.overdue',
  'invoice.paid',
  'invoice.payment_action_required',
  'invoice.payment_failed',
  'invoice.updated',
  'invoice.voided',
  'payment_intent.payment_failed',
  'payment_method.attached',
  'refund.created',
  'refund.failed',
  'refund.updated',
] as const;

/** What the endpoint for connected accounts has to be sent. */
export const connectEvents = ['account.application.deauthorized', 'account.updated'] as const;

const PRODUCT = { name: 'Orgdesk seat', key: 'orgdesk_seat' };

/**
 * Makes the product and the monthly price of a seat, and the configuration of the billing portal, where they are missing. Run again, it changes nothing; after the price
 * has changed in the code, it makes the new price and moves the lookup key to it, and who bought under the old one keeps it.
 */
export async function setUpStripe(stripe: Stripe, say: (line: string) => void): Promise<string> {
  await setUpPortal(stripe, say);
  return setUpSeatPrice(stripe, say);
}

async function setUpSeatPrice(stripe: Stripe, say: (line: string) => void): Promise<string> {
  const { data } = await stripe.prices.list({ lookup_keys: [SEAT_LOOKUP_KEY], active: true, limit: 1 });
  const [present] = data;
  if (present && isSeatPrice(present)) {
    say(`The price ${present.id} stands under ${SEAT_LOOKUP_KEY} already.`);
    return present.id;
  }
  const product = present ? idOf(present.product) : await productId(stripe, say);
  const price = await stripe.prices.create(
    {
      product,
      currency: 'gbp',
      unit_amount: SEAT_PRICE_PENCE,
      recurring: { interval: 'month' },
      lookup_key: SEAT_LOOKUP_KEY,
      transfer_lookup_key: true,
      nickname: 'One seat, a month',
    },
    { idempotencyKey: `setup:price:${product}:${SEAT_PRICE_PENCE}:${present?.id ?? 'first'}` },
  );
  say(`Made the price ${price.id}: ${SEAT_PRICE_PENCE} pence a month, under ${SEAT_LOOKUP_KEY}.`);
  if (present) say(`${present.id} no longer stands there; who bought under it keeps it.`);
  return price.id;
}

function isSeatPrice(price: Stripe.Price): boolean {
  return (
    price.unit_amount === SEAT_PRICE_PENCE &&
    price.currency === 'gbp' &&
    price.recurring?.interval === 'month' &&
    price.recurring.interval_count === 1
  );
}

async function productId(stripe: Stripe, say: (line: string) => void): Promise<string> {
  for await (const product of stripe.products.list({ active: true, limit: 100 })) {
    if (product.metadata.key === PRODUCT.key) return product.id;
  }
  const product = await stripe.products.create({
    name: PRODUCT.name,
    unit_label: 'seat',
    metadata: { key: PRODUCT.key },
  });
  say(`Made the product ${product.id}, ${PRODUCT.name}.`);
  return product.id;
}

function idOf(reference: string | { id: string }): string {
  return typeof reference === 'string' ? reference : reference.id;
}
