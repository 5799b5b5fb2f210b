import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SeatShop, seatPence, startSeatShop, subscribe } from './seat-fixture.ts';

let shop: SeatShop;

beforeEach(async () => {
  shop = await startSeatShop();
});
afterEach(() => shop.sandbox.close());

const seconds = (text: string) => Date.parse(text) / 1000;
const types = () => shop.sandbox.state.events().map(({ type }) => type);

describe('the clock', () => {
  it('renews a subscription at the end of its period, on the item', async () => {
    const { subscription, item, customer } = await subscribe(shop, 3);
    expect(item.current_period_start).toBe(seconds('2026-11-01T09:30:00Z'));
    expect(item.current_period_end).toBe(seconds('2026-12-01T09:30:00Z'));
    shop.sandbox.clock.advanceTo(new Date('2026-12-01T09:30:00Z'));
    const draft = shop.sandbox.state.invoices({ subscription: subscription.id }).at(-1);
    expect(draft).toMatchObject({
      status: 'draft',
      billing_reason: 'subscription_cycle',
      total: 3 * seatPence,
    });
    const renewed = shop.sandbox.state.subscription(subscription.id);
    expect(renewed.items.data[0]?.current_period_end).toBe(seconds('2027-01-01T09:30:00Z'));
    expect(renewed.latest_invoice).toBe(draft?.id);
    shop.sandbox.clock.advance({ hours: 1 });
    expect(shop.sandbox.state.invoices({ subscription: subscription.id }).at(-1)?.status).toBe('paid');
    expect(shop.sandbox.state.taken({ customer: customer.id })).toBe(2 * 3 * seatPence);
    const update = shop.sandbox.state.events('customer.subscription.updated').at(-1);
    expect(update?.data.previous_attributes).toHaveProperty('items');
    expect(update?.data.previous_attributes).toHaveProperty('latest_invoice');
    expect(update?.request).toEqual({ id: null, idempotency_key: null });
  });

  it('keeps the day of the month, or takes the last one', async () => {
    shop.sandbox.clock.advanceTo(new Date('2027-01-31T12:00:00Z'));
    const { subscription } = await subscribe(shop, 1);
    const ends: string[] = [];
    for (let month = 0; month < 4; month += 1) {
      const end = shop.sandbox.state.subscription(subscription.id).items.data[0]?.current_period_end ?? 0;
      ends.push(new Date(end * 1000).toISOString().slice(0, 10));
      shop.sandbox.clock.advanceTo(new Date(end * 1000));
    }
    expect(ends).toEqual(['2027-02-28', '2027-03-31', '2027-04-30', '2027-05-31']);
  });

  it('does a year in one step, month by month', async () => {
    const { subscription, customer } = await subscribe(shop, 2);
    shop.sandbox.clock.advance({ days: 366 });
    const invoices = shop.sandbox.state.invoices({ subscription: subscription.id });
    expect(invoices).toHaveLength(13);
    expect(shop.sandbox.state.taken({ customer: customer.id })).toBe(13 * 2 * seatPence);
  });

  it('gives notice of an upcoming invoice a week before', async () => {
    await subscribe(shop, 2);
    shop.sandbox.clock.advance({ days: 22 });
    expect(types()).not.toContain('invoice.upcoming');
    shop.sandbox.clock.advance({ days: 1 });
    const [event] = shop.sandbox.state.events('invoice.upcoming');
    expect(event?.data.object).toMatchObject({ total: 2 * seatPence, status: 'draft' });
    expect(event?.data.object).not.toHaveProperty('id');
  });

  it('ends a subscription that was to end with its period, and charges no more', async () => {
    const { subscription, customer } = await subscribe(shop, 2);
    const ending = await shop.stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    expect(ending).toMatchObject({ status: 'active', cancel_at: ending.items.data[0]?.current_period_end });
    shop.sandbox.clock.advance({ days: 40 });
    expect(shop.sandbox.state.subscription(subscription.id)).toMatchObject({ status: 'canceled' });
    expect(types()).toContain('customer.subscription.deleted');
    expect(shop.sandbox.state.taken({ customer: customer.id })).toBe(2 * seatPence);
  });

  it('retries a failed renewal, then cancels', async () => {
    const { subscription, customer } = await subscribe(shop, 2);
    shop.sandbox.cards.decline(customer.id);
    shop.sandbox.clock.advance({ days: 30, hours: 1 });
    expect(shop.sandbox.state.subscription(subscription.id).status).toBe('past_due');
    shop.sandbox.clock.advance({ days: 7 });
    const invoice = shop.sandbox.state.invoices({ subscription: subscription.id }).at(-1);
    expect(invoice).toMatchObject({ status: 'open', attempt_count: 4, next_payment_attempt: null });
    expect(shop.sandbox.state.subscription(subscription.id)).toMatchObject({
      status: 'canceled',
      cancellation_details: { reason: 'payment_failed' },
    });
  });

  it('recovers a past due subscription when a retry succeeds', async () => {
    const { subscription, customer } = await subscribe(shop, 2);
    shop.sandbox.cards.decline(customer.id, { times: 1 });
    shop.sandbox.clock.advance({ days: 30, hours: 1 });
    expect(shop.sandbox.state.subscription(subscription.id).status).toBe('past_due');
    shop.sandbox.clock.advance({ days: 3 });
    expect(shop.sandbox.state.subscription(subscription.id).status).toBe('active');
    expect(shop.sandbox.state.taken({ customer: customer.id })).toBe(2 * 2 * seatPence);
  });

  it('leaves a subscription unpaid when the account says so', async () => {
    shop.sandbox.settings.afterRetries = 'unpaid';
    const { subscription, customer } = await subscribe(shop, 2);
    shop.sandbox.cards.decline(customer.id);
    shop.sandbox.clock.advance({ days: 38 });
    expect(shop.sandbox.state.subscription(subscription.id).status).toBe('unpaid');
  });

  it('lets an incomplete subscription go after 23 hours', async () => {
    const customer = await shop.stripe.customers.create({
      payment_method: 'pm_card_chargeCustomerFail',
      invoice_settings: { default_payment_method: 'pm_card_chargeCustomerFail' },
    });
    const subscription = await shop.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: shop.price.id, quantity: 1 }],
    });
    expect(subscription.status).toBe('incomplete');
    shop.sandbox.clock.advance({ hours: 23 });
    expect(shop.sandbox.state.subscription(subscription.id).status).toBe('incomplete_expired');
    expect(shop.sandbox.state.invoices()[0]?.status).toBe('void');
  });

  it('runs a trial, tells of its end, and then charges', async () => {
    const { customer } = await subscribe(shop, 1);
    const trial = await shop.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: shop.price.id, quantity: 4 }],
      trial_period_days: 14,
    });
    expect(trial).toMatchObject({ status: 'trialing', trial_end: trial.created + 14 * 86_400 });
    const taken = shop.sandbox.state.taken();
    shop.sandbox.clock.advance({ days: 11 });
    expect(types()).toContain('customer.subscription.trial_will_end');
    shop.sandbox.clock.advance({ days: 3, hours: 1 });
    expect(shop.sandbox.state.subscription(trial.id).status).toBe('active');
    expect(shop.sandbox.state.taken()).toBe(taken + 4 * seatPence);
  });

  it('does nothing while a subscription is paused, and begins anew when it is resumed', async () => {
    const { subscription, customer } = await subscribe(shop, 2);
    await shop.stripe.subscriptions.pause(subscription.id);
    shop.sandbox.clock.advance({ days: 45 });
    expect(shop.sandbox.state.taken({ customer: customer.id })).toBe(2 * seatPence);
    const resumed = await shop.stripe.subscriptions.resume(subscription.id);
    expect(resumed.status).toBe('active');
    expect(resumed.items.data[0]?.current_period_start).toBe(resumed.billing_cycle_anchor);
    expect(shop.sandbox.state.taken({ customer: customer.id })).toBe(2 * 2 * seatPence);
    expect(types()).toContain('customer.subscription.paused');
    expect(types()).toContain('customer.subscription.resumed');
  });

  it('runs with the machine when it was given no start', async () => {
    const live = await startSeatShop({ now: undefined });
    const { subscription } = await subscribe(live, 1);
    expect(Math.abs(subscription.created - Date.now() / 1000)).toBeLessThan(5);
    live.sandbox.clock.advance({ days: 32 });
    expect(live.sandbox.state.invoices({ subscription: subscription.id })).toHaveLength(2);
    expect(Math.abs(live.sandbox.clock.now().getTime() - Date.now() - 32 * 86_400_000)).toBeLessThan(5_000);
    await live.sandbox.close();
  });
});
