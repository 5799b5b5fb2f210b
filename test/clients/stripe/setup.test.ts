import { describe, expect, it } from 'vitest';
import { setUpStripe } from '../../../src/clients/stripe/setup.ts';
import { useStripeAccount } from './account.ts';

const account = useStripeAccount();
const prices = () => account.stripe.prices.list({ limit: 100 });

describe('setting Stripe up', () => {
  it('makes the product and the price of a seat, once however often it is run', async () => {
    const said: string[] = [];
    for (let time = 0; time < 3; time++) await setUpStripe(account.stripe, (line) => said.push(line));
    expect((await prices()).data).toMatchObject([
      {
        active: true,
        currency: 'gbp',
        unit_amount: 599,
        lookup_key: 'orgdesk_seat_monthly',
        recurring: { interval: 'month', interval_count: 1 },
      },
    ]);
    expect((await account.stripe.products.list()).data).toHaveLength(1);
    expect(said).toHaveLength(6);
    expect(said.every((line) => line.includes('already'))).toBe(true);
  });

  it('moves the lookup key to the right price, and leaves the other one to who bought under it', async () => {
    const [present] = (await prices()).data;
    const wrong = await account.stripe.prices.create({
      product: String(present?.product),
      currency: 'gbp',
      unit_amount: 499,
      recurring: { interval: 'month' },
      lookup_key: 'orgdesk_seat_monthly',
      transfer_lookup_key: true,
    });
    const id = await setUpStripe(account.stripe, () => {});
    const { data } = await account.stripe.prices.list({ lookup_keys: ['orgdesk_seat_monthly'] });
    expect(data).toMatchObject([{ id, unit_amount: 599 }]);
    expect(await account.stripe.prices.retrieve(wrong.id)).toMatchObject({ active: true, lookup_key: null });
    expect((await account.stripe.products.list()).data).toHaveLength(1);
  });
});
