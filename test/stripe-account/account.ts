import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import { createStripe, type StripeClient } from '../../src/clients/stripe/client.ts';
import { connectStripe, type StripeOptions } from '../../src/clients/stripe/connection.ts';
import { findSeatPrice } from '../../src/clients/stripe/seat-price.ts';
import { setUpStripe } from '../../src/clients/stripe/setup.ts';
import { until } from '../jobs/until.ts';

/** Cards of Stripe's, by what happens when they are charged (docs.stripe.com/testing). */
export const cards = {
  good: 'pm_card_visa',
  /** Can be kept on file, and is declined when it is charged. */
  declined: 'pm_card_chargeCustomerFail',
  /** Asks its bank every time. */
  asksBank: 'pm_card_authenticationRequired',
} as const;

export interface Subscribed {
  customerId: string;
  subscriptionId: string;
}

/** A Stripe account in test mode, the real one or the double: all that is asked of it goes over its API. */
export interface StripeAccount {
  /** Our client. */
  client: StripeClient;
  /** Stripe's library, for what the product does not do itself. */
  stripe: Stripe;
  /** A key that was never used before. */
  newKey(): string;
  /** Stripe's present moment for the customers made here. */
  now(): Date;
  /** A customer with a card and a paid subscription. */
  subscribe(quantity: number): Promise<Subscribed>;
  /** Makes a card the customer's default. */
  useCard(customerId: string, card: string): Promise<void>;
  /** Lets time go by; resolves when everything that fell due has happened. */
  advance(by: { days: number }): Promise<void>;
  /** Deletes the customers that were made here, with their subscriptions. */
  close(): Promise<void>;
}

/** @throws where the key could move real money. */
export async function openStripeAccount(options: StripeOptions, begin: Date): Promise<StripeAccount> {
  if (!/^(sk|rk)_test_/.test(options.secretKey)) {
    throw new Error('STRIPE_TEST_SECRET_KEY is no key of test mode: it has to begin with sk_test_.');
  }
  const stripe = connectStripe(options);
  await setUpStripe(stripe, () => {});
  const price = await findSeatPrice(stripe);
  let frozen = Math.floor(begin.getTime() / 1000);
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: frozen, name: 'orgdesk tests' });
  const useCard = async (customer: string, card: string) => {
    const { id } = await stripe.paymentMethods.attach(card, { customer });
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: id } });
  };
  return {
    client: createStripe(options),
    stripe,
    newKey: () => `test:${randomUUID()}`,
    now: () => new Date(1000 * frozen),
    async subscribe(quantity) {
      const customer = await stripe.customers.create({ name: 'Harbour Support', test_clock: clock.id });
      await useCard(customer.id, cards.good);
      const items = [{ price, quantity }];
      const subscription = await stripe.subscriptions.create({ customer: customer.id, items });
      return { customerId: customer.id, subscriptionId: subscription.id };
    },
    useCard,
    async advance({ days }) {
      frozen += days * 86_400;
      await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: frozen });
      await until(async () => (await stripe.testHelpers.testClocks.retrieve(clock.id)).status === 'ready');
    },
    async close() {
      await stripe.testHelpers.testClocks.del(clock.id);
    },
  };
}
