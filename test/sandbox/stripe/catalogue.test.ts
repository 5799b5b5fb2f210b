import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusalOf, type SeatShop, seatPence, startSeatShop, subscribe } from './seat-fixture.ts';

let shop: SeatShop;

beforeEach(async () => {
  shop = await startSeatShop();
});
afterEach(() => shop.sandbox.close());

describe('prices', () => {
  it('are found by lookup key, with their product', async () => {
    const found = await shop.stripe.prices.list({
      lookup_keys: ['agent_seat_monthly'],
      active: true,
      expand: ['data.product'],
    });
    expect(found.data).toHaveLength(1);
    expect(found.data[0]).toMatchObject({
      id: shop.price.id,
      unit_amount: seatPence,
      recurring: { interval: 'month', interval_count: 1 },
      product: { id: shop.product.id, name: 'Agent seat' },
    });
    expect((await shop.stripe.prices.list({ lookup_keys: ['other'] })).data).toEqual([]);
  });

  it('hold a lookup key alone, unless it is transferred', async () => {
    const another = {
      product: shop.product.id,
      currency: 'gbp',
      unit_amount: 699,
      recurring: { interval: 'month' as const },
      lookup_key: 'agent_seat_monthly',
    };
    const error = await refusalOf(shop.stripe.prices.create(another));
    expect(error.message).toBe(`A price (\`${shop.price.id}\`) already uses that lookup key.`);
    const taken = await shop.stripe.prices.create({ ...another, transfer_lookup_key: true });
    expect(taken.lookup_key).toBe('agent_seat_monthly');
    expect((await shop.stripe.prices.retrieve(shop.price.id)).lookup_key).toBeNull();
    expect((await shop.stripe.prices.list({ product: shop.product.id })).data).toHaveLength(2);
  });

  it('that are inactive cannot be subscribed to', async () => {
    await shop.stripe.prices.update(shop.price.id, { active: false });
    const error = await refusalOf(subscribe(shop, 1));
    expect(error.message).toContain('The price specified is inactive.');
    expect((await shop.stripe.prices.list({ active: true })).data).toEqual([]);
  });
});

describe('products', () => {
  it('are updated, listed, and kept while they have prices', async () => {
    const updated = await shop.stripe.products.update(shop.product.id, {
      name: 'Seat',
      metadata: { a: '1' },
    });
    expect(updated).toMatchObject({ name: 'Seat', metadata: { a: '1' } });
    expect((await shop.stripe.products.list({ active: true })).data.map(({ name }) => name)).toEqual([
      'Seat',
    ]);
    expect((await refusalOf(shop.stripe.products.del(shop.product.id))).statusCode).toBe(400);
  });

  it('with a chosen id are made once', async () => {
    await shop.stripe.products.create({ id: 'orgdesk_seat', name: 'Seat' });
    const error = await refusalOf(shop.stripe.products.create({ id: 'orgdesk_seat', name: 'Seat' }));
    expect(error.code).toBe('resource_already_exists');
  });
});

describe('metadata', () => {
  it('is merged, a key unset by an empty text and all of it by an empty value', async () => {
    const { id } = await shop.stripe.customers.create({ metadata: { a: '1', b: '2' } });
    const merged = await shop.stripe.customers.update(id, { metadata: { a: '', c: '3' } });
    expect(merged.metadata).toEqual({ b: '2', c: '3' });
    expect((await shop.stripe.customers.update(id, { metadata: '' })).metadata).toEqual({});
  });
});

describe('lists', () => {
  it('give pages newest first, with has_more and cursors both ways', async () => {
    for (let index = 0; index < 5; index += 1) await shop.stripe.customers.create({ name: `c${index}` });
    const names = (list: { data: { name?: string | null }[] }) => list.data.map(({ name }) => name);
    const first = await shop.stripe.customers.list({ limit: 2 });
    expect([names(first), first.has_more]).toEqual([['c4', 'c3'], true]);
    const second = await shop.stripe.customers.list({ limit: 3, starting_after: first.data[1]?.id ?? '' });
    expect([names(second), second.has_more]).toEqual([['c2', 'c1', 'c0'], false]);
    const back = await shop.stripe.customers.list({ limit: 2, ending_before: second.data[2]?.id ?? '' });
    expect([names(back), back.has_more]).toEqual([['c2', 'c1'], true]);
    const all: unknown[] = [];
    for await (const customer of shop.stripe.customers.list({ limit: 2 })) all.push(customer.name);
    expect(all).toEqual(['c4', 'c3', 'c2', 'c1', 'c0']);
  });

  it('refuse a limit over 100 and a cursor that does not exist', async () => {
    expect((await refusalOf(shop.stripe.customers.list({ limit: 101 }))).statusCode).toBe(400);
    const error = await refusalOf(shop.stripe.customers.list({ starting_after: 'cus_none' }));
    expect(error).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'starting_after' });
  });

  it('of subscriptions leave out the canceled ones unless asked', async () => {
    const { subscription, customer } = await subscribe(shop, 1);
    const list = (status?: 'all' | 'canceled' | 'active') =>
      shop.stripe.subscriptions.list({ customer: customer.id, ...(status ? { status } : {}) });
    expect((await list('active')).data).toHaveLength(1);
    await shop.stripe.subscriptions.cancel(subscription.id);
    expect((await list()).data).toEqual([]);
    expect((await list('canceled')).data).toHaveLength(1);
    expect((await list('all')).data).toHaveLength(1);
  });
});

describe('customers', () => {
  it('are found by their exact e-mail', async () => {
    const { id } = await shop.stripe.customers.create({ email: 'Owner@example.com' });
    expect((await shop.stripe.customers.list({ email: 'Owner@example.com' })).data[0]?.id).toBe(id);
    expect((await shop.stripe.customers.list({ email: 'owner@example.com' })).data).toEqual([]);
  });

  it('once deleted say so, lose their subscriptions, and can be used for nothing', async () => {
    const { customer, subscription } = await subscribe(shop, 2);
    expect(await shop.stripe.customers.del(customer.id)).toEqual({
      id: customer.id,
      object: 'customer',
      deleted: true,
    });
    expect(await shop.stripe.customers.retrieve(customer.id)).toMatchObject({ deleted: true });
    expect(shop.sandbox.state.subscription(subscription.id).status).toBe('canceled');
    expect((await refusalOf(shop.stripe.customers.update(customer.id, { name: 'x' }))).statusCode).toBe(404);
    expect((await refusalOf(shop.stripe.billingPortal.sessions.create({ customer: customer.id }))).code).toBe(
      'resource_missing',
    );
    expect(shop.sandbox.state.events('customer.deleted')).toHaveLength(1);
  });

  it('keep their cards', async () => {
    const { customer } = await subscribe(shop, 1);
    const second = await shop.stripe.paymentMethods.attach('pm_card_mastercard', { customer: customer.id });
    const cards = await shop.stripe.customers.listPaymentMethods(customer.id);
    expect(cards.data.map(({ card }) => card?.last4)).toEqual(['4444', '4242']);
    const updated = await shop.stripe.customers.update(customer.id, {
      invoice_settings: { default_payment_method: second.id },
    });
    expect(updated.invoice_settings.default_payment_method).toBe(second.id);
    const stranger = await shop.stripe.customers.create({});
    const error = await refusalOf(shop.stripe.paymentMethods.attach(second.id, { customer: stranger.id }));
    expect(error.message).toContain('already been attached');
  });
});
