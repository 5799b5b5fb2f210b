import { describe, expect, it } from 'vitest';
import { connectEvents, setUpStripe, webhookEvents } from '../../../src/clients/stripe/setup.ts';
import { setUpConnectEndpoint } from '../../../src/clients/stripe/webhook-endpoints.ts';
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

describe('the endpoint for connected accounts', () => {
  const url = 'https://desk.example/stripe/webhook';
  const run = async () => {
    const said: string[] = [];
    await setUpConnectEndpoint(account.stripe, { url }, (line) => said.push(line));
    return said.join('\n');
  };
  const endpoints = async () => (await account.stripe.webhookEndpoints.list()).data;

  it('is made once, with its secret said once, and gets events that are new', async () => {
    expect(await run()).toMatch(/STRIPE_CONNECT_WEBHOOK_SECRET:\s+whsec_/);
    expect(await run()).toContain('already');
    const [made] = await endpoints();
    expect(made?.enabled_events).toEqual([...connectEvents]);
    await account.stripe.webhookEndpoints.update(String(made?.id), { enabled_events: ['account.updated'] });
    expect(await run()).toContain('account.application.deauthorized too');
    expect((await endpoints()).map((each) => each.enabled_events)).toEqual([[...connectEvents]]);
  });

  it('that was made by hand is left as it is, and what an endpoint lacks is said', async () => {
    const [first, ...rest] = webhookEvents;
    await account.stripe.webhookEndpoints.create({ url, enabled_events: rest });
    await account.stripe.webhookEndpoints.create({
      url,
      connect: true,
      enabled_events: ['account.application.deauthorized'],
    });
    await account.stripe.webhookEndpoints.create({
      url: 'https://other.example/',
      enabled_events: ['invoice.paid'],
    });
    const said = await run();
    expect(said).toContain(`is not sent: ${first}.`);
    expect(said).toContain('is not sent: account.updated.');
    expect(said.split('\n')).toHaveLength(2);
    expect(await endpoints()).toHaveLength(3);
  });

  it('is made beside one of the platform’s that hears everything', async () => {
    const all = await account.stripe.webhookEndpoints.create({ url, enabled_events: ['*'] });
    expect(await run()).toMatch(/STRIPE_CONNECT_WEBHOOK_SECRET:\s+whsec_/);
    expect(await run()).toContain('hears of connected accounts already');
    const standing = await endpoints();
    expect(standing).toHaveLength(2);
    expect(standing.find(({ id }) => id === all.id)?.enabled_events).toEqual(['*']);
  });
});
