import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { clientOf, refusalOf, type SeatShop, startSeatShop, subscribe } from './seat-fixture.ts';

let shop: SeatShop;

beforeAll(async () => {
  shop = await startSeatShop();
});
afterAll(() => shop.sandbox.close());

const customersNamed = (name: string) =>
  shop.sandbox.state.customers().filter((customer) => customer.name === name);

describe('idempotency keys', () => {
  it('repeat the first answer for the same parameters', async () => {
    const create = () => shop.stripe.customers.create({ name: 'Once' }, { idempotencyKey: 'once' });
    const first = await create();
    const again = await create();
    expect(again.id).toBe(first.id);
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
    expect(again.lastResponse.headers['original-request']).toBe(first.lastResponse.requestId);
    expect(customersNamed('Once')).toHaveLength(1);
  });

  it('repeat even a stored 500, and do nothing the second time', async () => {
    shop.sandbox.faults.next({ method: 'POST', path: '/v1/customers', kind: '500-stored' });
    const create = () => shop.stripe.customers.create({ name: 'Broken' }, { idempotencyKey: 'broken' });
    const first = await refusalOf(create());
    const again = await refusalOf(create());
    expect([first.statusCode, again.statusCode]).toEqual([500, 500]);
    expect(again.headers?.['idempotent-replayed']).toBe('true');
    expect(customersNamed('Broken')).toEqual([]);
    const anew = await shop.stripe.customers.create(
      { name: 'Broken' },
      { idempotencyKey: 'broken-attempt-2' },
    );
    expect(anew.id).toMatch(/^cus_/);
  });

  it('repeat a stored refusal of the card', async () => {
    const create = () =>
      shop.stripe.customers.create(
        { payment_method: 'pm_card_chargeDeclined' },
        { idempotencyKey: 'declined' },
      );
    expect((await refusalOf(create())).statusCode).toBe(402);
    expect((await refusalOf(create())).headers?.['idempotent-replayed']).toBe('true');
  });

  it('refuse other parameters and other endpoints', async () => {
    await shop.stripe.customers.create({ name: 'Mine' }, { idempotencyKey: 'mine' });
    const other = await refusalOf(
      shop.stripe.customers.create({ name: 'Yours' }, { idempotencyKey: 'mine' }),
    );
    expect(other).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
    expect(other.statusCode).toBe(400);
    const elsewhere = await refusalOf(
      shop.stripe.products.create({ name: 'Mine' }, { idempotencyKey: 'mine' }),
    );
    expect(elsewhere.message).toContain("('/v1/products' vs '/v1/customers')");
  });

  it('are not spent on a request with wrong parameters or on a 429', async () => {
    const bad = { name: 'Late', color: 'red' } as Stripe.CustomerCreateParams;
    await refusalOf(shop.stripe.customers.create(bad, { idempotencyKey: 'late' }));
    shop.sandbox.faults.next({ method: 'POST', kind: '429' });
    await refusalOf(shop.stripe.customers.create({ name: 'Late' }, { idempotencyKey: 'late' }));
    const customer = await shop.stripe.customers.create({ name: 'Late' }, { idempotencyKey: 'late' });
    expect(customer.name).toBe('Late');
  });

  it('may have 255 characters and not 256', async () => {
    await shop.stripe.customers.create({}, { idempotencyKey: 'k'.repeat(255) });
    const error = await refusalOf(shop.stripe.customers.create({}, { idempotencyKey: 'k'.repeat(256) }));
    expect(error.statusCode).toBe(400);
  });

  it('answer 409 while the first call is under way, and make one object of many calls', async () => {
    shop.sandbox.gate.close();
    const refused: number[] = [];
    const calls = Array.from({ length: 20 }, () =>
      shop.stripe.customers.create({ name: 'Race' }, { idempotencyKey: 'race' }).catch((error) => {
        refused.push(error.statusCode);
      }),
    );
    await vi.waitFor(() => expect(refused).toHaveLength(19), { timeout: 20_000 });
    shop.sandbox.gate.open();
    const made = (await Promise.all(calls)).filter((customer) => customer !== undefined);
    expect(made).toHaveLength(1);
    expect(new Set(refused)).toEqual(new Set([409]));
    expect(customersNamed('Race')).toHaveLength(1);
  });

  it('let a client that retries after the 409 through to the one object', async () => {
    shop.sandbox.gate.close();
    shop.sandbox.requests.clear();
    const patient = clientOf(shop.sandbox, { retries: 10 });
    const create = () => patient.customers.create({ name: 'Patience' }, { idempotencyKey: 'patience' });
    const calls = Promise.all([create(), create()]);
    const conflicts = () => shop.sandbox.requests.entries.filter(({ status }) => status === 409);
    await vi.waitFor(() => expect(conflicts().length).toBeGreaterThan(0), { timeout: 20_000 });
    shop.sandbox.gate.open();
    const [first, second] = await calls;
    expect(second?.id).toBe(first?.id);
  });

  it('are not spent on a 429 of the subscription’s own limits', async () => {
    const { subscription, item } = await subscribe(shop, 1);
    const set = (quantity: number, options = {}) =>
      shop.stripe.subscriptions.update(
        subscription.id,
        { items: [{ id: item.id, quantity }], proration_behavior: 'always_invoice' },
        options,
      );
    for (let quantity = 2; quantity <= 10; quantity += 1) await set(quantity);
    expect((await refusalOf(set(11, { idempotencyKey: 'seats-11' }))).statusCode).toBe(429);
    shop.sandbox.clock.advance({ minutes: 1 });
    const updated = await set(11, { idempotencyKey: 'seats-11' });
    expect(updated.items.data[0]?.quantity).toBe(11);
    expect(updated.lastResponse.headers['idempotent-replayed']).toBeUndefined();
  });

  it('are forgotten after 24 hours', async () => {
    const create = () => shop.stripe.customers.create({ name: 'Forgotten' }, { idempotencyKey: 'forgotten' });
    const first = await create();
    shop.sandbox.clock.advance({ hours: 23, minutes: 59, seconds: 59 });
    expect((await create()).id).toBe(first.id);
    shop.sandbox.clock.advance({ seconds: 1 });
    expect((await create()).id).not.toBe(first.id);
  });

  it('mean nothing on GET and DELETE', async () => {
    const customer = await shop.stripe.customers.create({ name: 'Before' });
    const read = () => shop.stripe.customers.retrieve(customer.id, {}, { idempotencyKey: 'read' });
    await read();
    await shop.stripe.customers.update(customer.id, { name: 'After' });
    expect(await read()).toMatchObject({ name: 'After' });
  });
});

describe('faults', () => {
  it('acts and then drops the connection; the client’s own repeat finds the stored answer', async () => {
    shop.sandbox.faults.next({ method: 'POST', path: '/v1/customers', kind: 'acted-then-drop' });
    const customer = await shop.stripe.customers.create({ name: 'Dropped' });
    expect(customer.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(customersNamed('Dropped')).toHaveLength(1);
  });

  it('acts and then drops every time: the client gives up, one object stands', async () => {
    shop.sandbox.faults.next({ method: 'POST', path: '/v1/customers', kind: 'acted-then-drop', times: 2 });
    const error = await refusalOf(shop.stripe.customers.create({ name: 'Lost' }));
    expect(error).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect(customersNamed('Lost')).toHaveLength(1);
  });

  it('acts and never answers', async () => {
    const hasty = clientOf(shop.sandbox, { timeoutMs: 1_000 });
    shop.sandbox.faults.next({ method: 'POST', path: '/v1/customers', kind: 'acted-then-timeout' });
    const error = await refusalOf(hasty.customers.create({ name: 'Slow' }));
    expect(error.message).toContain('timeout');
    await vi.waitFor(() => expect(customersNamed('Slow')).toHaveLength(1), { timeout: 20_000 });
    shop.sandbox.faults.next({ method: 'POST', path: '/v1/customers', kind: 'timeout' });
    await refusalOf(hasty.customers.create({ name: 'Never' }));
    expect(customersNamed('Never')).toEqual([]);
  });

  it('acts and stores a 500', async () => {
    shop.sandbox.faults.next({ path: '/v1/customers', kind: 'acted-then-500-stored' });
    const create = () => shop.stripe.customers.create({ name: 'Ghost' }, { idempotencyKey: 'ghost' });
    expect((await refusalOf(create())).statusCode).toBe(500);
    expect((await refusalOf(create())).statusCode).toBe(500);
    expect(customersNamed('Ghost')).toHaveLength(1);
  });

  it('fails before acting and remembers nothing', async () => {
    for (const kind of ['500-before', '429', 'lock-timeout'] as const) {
      shop.sandbox.faults.next({ method: 'POST', path: '/v1/customers', kind });
      const create = () => shop.stripe.customers.create({ name: kind }, { idempotencyKey: kind });
      const error = await refusalOf(create());
      expect(error.statusCode).toBe(kind === '500-before' ? 500 : 429);
      expect((await create()).lastResponse.headers['idempotent-replayed']).toBeUndefined();
    }
  });

  it('strikes only the calls it is for, and is in the log', async () => {
    shop.sandbox.requests.clear();
    shop.sandbox.faults.next({ method: 'GET', path: '/v1/customers/*', kind: '500-before' });
    await shop.stripe.customers.list();
    await refusalOf(shop.stripe.customers.retrieve('cus_any'));
    const [first, second] = shop.sandbox.requests.entries;
    expect(first).toMatchObject({ path: '/v1/customers', status: 200, fault: null });
    expect(second).toMatchObject({ path: '/v1/customers/cus_any', status: 500, fault: '500-before' });
  });
});
