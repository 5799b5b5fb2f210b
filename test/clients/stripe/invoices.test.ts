import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { createStripe } from '../../../src/clients/stripe/client.ts';
import { rewritingStripe } from '../../jobs/rewriting-stripe.ts';
import { START } from '../../setup/context.ts';
import { useStripeAccount } from './account.ts';

const account = useStripeAccount();
const readAt = new Date('2026-11-23T09:00:00.123Z');

describe('previewing', () => {
  it('shows to the penny what an increase then charges', async () => {
    const { subscriptionId } = await account.subscribe(3);
    for (const [days, quantity] of [
      [3, 7],
      [8, 8],
      [11, 29],
    ] as const) {
      account.sandbox.clock.advance({ days, seconds: 1234 });
      const prorationAt = account.sandbox.clock.now();
      const preview = await account.client.previewChange(subscriptionId, quantity, prorationAt);
      account.sandbox.clock.advance({ seconds: 300 });
      const idempotencyKey = `seats:${quantity}:1`;
      await account.client.changeQuantity({
        subscriptionId,
        quantity,
        prorationAt,
        increase: true,
        idempotencyKey,
      });
      const { invoice } = await account.client.readSubscription(subscriptionId, readAt);
      expect(invoice?.amountPaid).toBe(preview.amountDue);
      expect(preview.nextInvoiceAt).toEqual(new Date('2026-12-23T09:00:00.000Z'));
    }
  });

  it('shows the credit of a decrease alone, whatever other credits wait', async () => {
    const { subscriptionId } = await account.subscribe(5);
    const decrease = { prorationAt: START, increase: false, subscriptionId };
    await account.client.changeQuantity({ ...decrease, quantity: 4, idempotencyKey: 'a' });
    account.sandbox.clock.advance({ days: 15 });
    const preview = await account.client.previewChange(subscriptionId, 2, account.sandbox.clock.now());
    expect(preview.amountDue).toBe(-599);
  });

  it('says what all seats cost a month at Stripe’s own price, and in which currency', async () => {
    const subscriptionId = await subscribeAt({
      unit_amount: 700,
      currency: 'eur',
      recurring: { interval: 'month' },
    });
    const preview = await account.client.previewChange(subscriptionId, 5, START);
    expect(preview).toMatchObject({ currency: 'eur', newMonthlyTotal: 3500, amountDue: 1400, tax: null });
  });

  it('names no monthly cost of a price that is none', async () => {
    const recurring = { interval: 'year' } as const;
    const subscriptionId = await subscribeAt({ unit_amount: 7000, currency: 'gbp', recurring });
    const preview = await account.client.previewChange(subscriptionId, 5, START);
    expect(preview).toMatchObject({ newMonthlyTotal: null, amountDue: 14_000 });
  });

  it('names the end instead of a next invoice that does not come', async () => {
    const { subscriptionId } = await account.subscribe(3);
    const end = new Date('2026-12-23T09:00:00.000Z');
    const preview = () => account.client.previewChange(subscriptionId, 4, START);
    expect(await preview()).toMatchObject({ nextInvoiceAt: end, endsAt: null });
    account.sandbox.dashboard.cancel(subscriptionId, { atPeriodEnd: true });
    expect(await preview()).toMatchObject({ nextInvoiceAt: null, endsAt: end });
  });

  it('sums up the tax that Stripe reports: of the invoice for an increase, of its own lines for a decrease', async () => {
    const { subscriptionId } = await account.subscribe(3);
    const before = rewritingStripe();
    const apiBase = await before.start(account.sandbox);
    const client = createStripe({ secretKey: account.sandbox.secretKey, apiBase });
    const tax = (amount: number, behavior: string) => `{"amount":${amount},"tax_behavior":"${behavior}"}`;
    before.rewrite(
      /"total_taxes":\s*\[\]/,
      `"total_taxes":[${tax(200, 'exclusive')},${tax(40, 'exclusive')}]`,
    );
    expect(await client.previewChange(subscriptionId, 5, START)).toMatchObject({ amountDue: 1198, tax: 240 });
    before.rewrite(/"taxes":\s*\[\]/g, `"taxes":[${tax(-60, 'exclusive')},${tax(-5, 'inclusive')}]`);
    const credit = await client.previewChange(subscriptionId, 2, START);
    // A credit for three seats and a charge for two: tax on top of the price is a part of what is credited.
    expect(credit).toMatchObject({ amountDue: -599 - 2 * 60, tax: 2 * -65 });
    await before.stop();
  });

  it('goes on from the beginning of a period that has begun since the moment of the wish', async () => {
    const { subscriptionId } = await account.subscribe(3);
    account.sandbox.clock.advance({ days: 31 });
    const { amountDue } = await account.client.previewChange(subscriptionId, 4, START);
    expect(amountDue).toBe(599);
  });
});

/** Three seats at another price than the product's own. */
async function subscribeAt(price: Omit<Stripe.PriceCreateParams, 'product'>): Promise<string> {
  const { stripe } = account;
  const { id: product } = await stripe.products.create({ name: 'Seats' });
  const { id } = await stripe.prices.create({ ...price, product });
  const customer = await stripe.customers.create({
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  });
  const items = [{ price: id, quantity: 3 }];
  return (await stripe.subscriptions.create({ customer: customer.id, items })).id;
}
