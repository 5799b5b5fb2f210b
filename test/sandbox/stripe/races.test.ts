import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clientOf, type SeatShop, seatPence, startSeatShop, subscribe } from './seat-fixture.ts';

let shop: SeatShop;

beforeEach(async () => {
  shop = await startSeatShop();
});
afterEach(() => shop.sandbox.close());

describe('hundreds of parallel calls', () => {
  it('each make one object', async () => {
    const made = await Promise.all(
      Array.from({ length: 300 }, (_, index) => shop.stripe.customers.create({ name: `c${index}` })),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(300);
    expect(shop.sandbox.state.customers()).toHaveLength(300);
  });

  it('with one idempotency key each charge once, though every answer is lost the first time', async () => {
    const { subscription, item, customer } = await subscribe(shop, 1);
    const client = clientOf(shop.sandbox, { retries: 10 });
    shop.sandbox.faults.next({
      method: 'POST',
      path: '/v1/subscriptions/*',
      kind: 'acted-then-drop',
      times: 5,
    });
    const increase = () =>
      client.subscriptions.update(
        subscription.id,
        { items: [{ id: item.id, quantity: 5 }], proration_behavior: 'always_invoice' },
        { idempotencyKey: 'seats-5' },
      );
    await Promise.all(Array.from({ length: 5 }, increase));
    expect(shop.sandbox.state.taken({ customer: customer.id })).toBe(5 * seatPence);
    expect(shop.sandbox.state.invoices({ subscription: subscription.id })).toHaveLength(2);
  });

  it('of absolute quantities leave a subscription whose bill agrees with its quantity', async () => {
    const { subscription, item, customer } = await subscribe(shop, 1);
    shop.sandbox.settings.enforceLimits = false;
    const quantities = Array.from({ length: 200 }, (_, index) => 1 + ((index * 37) % 50));
    await Promise.all(
      quantities.map((quantity) =>
        shop.stripe.subscriptions.update(subscription.id, {
          items: [{ id: item.id, quantity }],
          proration_behavior: 'always_invoice',
        }),
      ),
    );
    const quantity = shop.sandbox.state.subscription(subscription.id).items.data[0]?.quantity ?? 0;
    const balance = shop.sandbox.state.customers()[0]?.balance ?? 0;
    // No time has passed: what was taken, less the credit that is left, is a month of the last quantity.
    expect(shop.sandbox.state.taken({ customer: customer.id }) + balance).toBe(quantity * seatPence);
  });
});
