import { describe, expect, it } from 'vitest';
import type { StripePage } from '../../../src/clients/stripe/listing.ts';
import { webhookEvents } from '../../../src/clients/stripe/setup.ts';
import { useStripeAccount } from './account.ts';

const account = useStripeAccount();
const organization = '01890000-0000-7000-8000-000000000001';

/** Every page, one after the other. */
async function walk<T>(page: (after: string | null) => Promise<StripePage<T>>): Promise<T[][]> {
  const pages: T[][] = [];
  for (let after: string | null = null; ; ) {
    const { items, next }: StripePage<T> = await page(after);
    pages.push(items);
    if (next === null) return pages;
    after = next;
  }
}

describe("the list of Stripe's subscriptions", () => {
  it('says whose they are by their own metadata or by that of their customer, and has none that ended', async () => {
    const [own, byCustomer, strange, ended] = [
      await account.subscribe(1),
      await account.subscribe(1),
      await account.subscribe(1),
      await account.subscribe(1),
    ];
    const metadata = { organization_id: organization };
    await account.stripe.subscriptions.update(own.subscriptionId, { metadata });
    await account.stripe.customers.update(byCustomer.customerId, { metadata });
    await account.stripe.customers.update(strange.customerId, {
      metadata: { organization_id: 'another app' },
    });
    await account.stripe.subscriptions.cancel(ended.subscriptionId);
    const [listed = []] = await walk((after) => account.client.listSubscriptions(after));
    expect(listed).toEqual([
      { ...strange, organizationId: null, status: 'active' },
      { ...byCustomer, organizationId: organization, status: 'active' },
      { ...own, organizationId: organization, status: 'active' },
    ]);
  });
});

describe("the list of Stripe's events", () => {
  const span = () => ({ since: new Date(0), until: account.sandbox.clock.now() });
  const types = (pages: { body: Uint8Array }[][]) =>
    pages.flat().map(({ body }) => JSON.parse(Buffer.from(body).toString()).type as string);

  it('has all that the webhook endpoint is sent and nothing else, once, over many pages', async () => {
    const { customerId, subscriptionId } = await account.subscribe(1);
    for (let index = 0; index < 105; index++) {
      await account.stripe.customers.update(customerId, { metadata: { index } });
    }
    await account.stripe.subscriptions.cancel(subscriptionId);
    const pages = await walk((after) => account.client.listEvents({ ...span(), after }));
    expect(pages.length).toBeGreaterThanOrEqual(2);
    const expected = account.sandbox.state
      .events()
      .filter(({ type }) => webhookEvents.some((each) => each === type));
    expect(types(pages)).toContain('invoice.paid');
    expect(
      pages
        .flat()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(expected.map(({ id }) => id).sort());
  });

  it('keeps to its span', async () => {
    const { subscriptionId } = await account.subscribe(1);
    account.sandbox.clock.advance({ days: 2 });
    const since = account.sandbox.clock.now();
    await account.stripe.subscriptions.cancel(subscriptionId);
    account.sandbox.clock.advance({ days: 2 });
    const until = new Date(account.sandbox.clock.now().getTime() - 1000);
    await account.subscribe(1);
    const pages = await walk((after) => account.client.listEvents({ since, until, after }));
    expect(types(pages)).toEqual(['customer.subscription.deleted']);
  });

  it('goes on with the next group of types where Stripe does not list the event any more at which it stood', async () => {
    await account.subscribe(1);
    const { items, next } = await account.client.listEvents({ ...span(), after: '0:evt_of_long_ago' });
    expect(items).toEqual([]);
    expect(next).toBe('1:');
    expect(await account.client.listEvents({ ...span(), after: '1:evt_of_long_ago' })).toMatchObject({
      next: null,
    });
  });
});

describe('the price of a seat', () => {
  it('is what stands under its lookup key', async () => {
    expect(await account.client.readSeatPrice()).toEqual({ amount: 599, currency: 'gbp' });
  });
});
