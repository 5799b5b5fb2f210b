import Stripe from 'stripe';
import { type StripeSandbox, type StripeSandboxOptions, startStripeSandbox } from './server.ts';

export const seatPence = 599;

/** The real client against a sandbox; it does not retry unless told to, so that a test sees each answer. */
export function clientOf(
  sandbox: StripeSandbox,
  options: { retries?: number; timeoutMs?: number } = {},
): Stripe {
  return new Stripe(sandbox.secretKey, {
    host: sandbox.host,
    port: sandbox.port,
    protocol: 'http',
    maxNetworkRetries: options.retries ?? 0,
    timeout: options.timeoutMs ?? 10_000,
    telemetry: false,
  });
}

/** A sandbox on 1 November 2026, 09:30 UTC, which sells seats at £5.99 a month. */
export async function startSeatShop(options: StripeSandboxOptions = {}) {
  const sandbox = await startStripeSandbox({ now: new Date('2026-11-01T09:30:00Z'), ...options });
  const stripe = clientOf(sandbox);
  const product = await stripe.products.create({ name: 'Agent seat' });
  const price = await stripe.prices.create({
    product: product.id,
    currency: 'gbp',
    unit_amount: seatPence,
    recurring: { interval: 'month' },
    lookup_key: 'agent_seat_monthly',
  });
  return { sandbox, stripe, product, price };
}

export type SeatShop = Awaited<ReturnType<typeof startSeatShop>>;

/** A customer with a card and a paid subscription to some seats. */
export async function subscribe({ stripe, price }: SeatShop, quantity: number, card = 'pm_card_visa') {
  const customer = await stripe.customers.create({
    email: 'owner@example.com',
    payment_method: card,
    invoice_settings: { default_payment_method: card },
  });
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id, quantity }],
  });
  const item = subscription.items.data[0];
  if (!item) throw new Error('The subscription has no item.');
  return { customer, subscription, item };
}

/** The refusal a call was answered with. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<InstanceType<typeof Stripe.errors.StripeError>> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('The call was not refused.');
}
