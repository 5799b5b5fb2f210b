import type Stripe from 'stripe';
import { afterEach, beforeEach } from 'vitest';
import { createStripe, type StripeClient } from '../../../src/clients/stripe/client.ts';
import { connectStripe } from '../../../src/clients/stripe/connection.ts';
import { setUpStripe } from '../../../src/clients/stripe/setup.ts';
import { type StripeSandbox, startStripeSandbox } from '../../sandbox/stripe/server.ts';
import { START } from '../../setup/context.ts';

/** A Stripe account of each test's own, set up as an operator does, and our client of it. */
export interface StripeAccount {
  sandbox: StripeSandbox;
  /** Stripe's library, for what the product does not do itself. */
  stripe: Stripe;
  client: StripeClient;
  /** A customer with a card and a paid subscription. */
  subscribe(quantity: number): Promise<{ customerId: string; subscriptionId: string }>;
}

export function useStripeAccount(): StripeAccount {
  const account = {
    subscribe: async (quantity) => {
      const { stripe } = account;
      const customer = await stripe.customers.create({
        payment_method: 'pm_card_visa',
        invoice_settings: { default_payment_method: 'pm_card_visa' },
      });
      const [price] = (await stripe.prices.list({ active: true })).data;
      const items = [{ price: String(price?.id), quantity }];
      const subscription = await stripe.subscriptions.create({ customer: customer.id, items });
      return { customerId: customer.id, subscriptionId: subscription.id };
    },
  } as StripeAccount;
  beforeEach(async () => {
    account.sandbox = await startStripeSandbox({ now: START });
    const options = { secretKey: account.sandbox.secretKey, apiBase: account.sandbox.url };
    account.stripe = connectStripe(options);
    account.client = createStripe(options);
    await setUpStripe(account.stripe, () => {});
  });
  afterEach(() => account.sandbox.close());
  return account;
}
