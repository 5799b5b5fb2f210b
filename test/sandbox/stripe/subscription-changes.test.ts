import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusalOf, type SeatShop, seatPence, startSeatShop, subscribe } from './seat-fixture.ts';

let shop: SeatShop;

beforeEach(async () => {
  shop = await startSeatShop();
});
afterEach(() => shop.sandbox.close());

const novemberSeconds = 30 * 86_400;

/** The share of a month's price, worked out apart from the sandbox: exact fractions in decimal text, then rounded. */
function share(pence: number, secondsLeft: number): number {
  const millionths = (BigInt(pence) * BigInt(secondsLeft) * 1_000_000n) / BigInt(novemberSeconds);
  return Number((millionths + 500_000n) / 1_000_000n);
}

describe('an increase that is invoiced at once', () => {
  it('charges the difference for the rest of the month and keeps the new quantity', async () => {
    const { sandbox, stripe } = shop;
    const { subscription, item, customer } = await subscribe(shop, 3);
    expect(subscription.status).toBe('active');
    expect(sandbox.state.taken({ customer: customer.id })).toBe(3 * seatPence);
    sandbox.clock.advance({ days: 10, hours: 7, seconds: 13 });
    const left = novemberSeconds - (10 * 86_400 + 7 * 3_600 + 13);
    const updated = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, quantity: 4 }],
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
      expand: ['latest_invoice'],
    });
    expect(updated.items.data[0]?.quantity).toBe(4);
    expect(updated.pending_update).toBeNull();
    const credit = -share(3 * seatPence, left);
    const debit = share(4 * seatPence, left);
    const invoice = updated.latest_invoice;
    if (invoice === null || typeof invoice === 'string') throw new Error('latest_invoice was not expanded');
    expect(invoice).toMatchObject({
      status: 'paid',
      billing_reason: 'subscription_update',
      total: credit + debit,
    });
    expect(invoice.lines.data.map(({ amount, quantity }) => [amount, quantity])).toEqual([
      [credit, 3],
      [debit, 4],
    ]);
    expect(invoice.lines.data.map(({ description }) => description)).toEqual([
      'Unused time on 3 × Agent seat after 11 Nov 2026',
      'Remaining time on 4 × Agent seat after 11 Nov 2026',
    ]);
    for (const line of invoice.lines.data) {
      expect(line.parent?.subscription_item_details).toMatchObject({
        proration: true,
        subscription: subscription.id,
        subscription_item: item.id,
      });
    }
    expect(invoice.parent?.subscription_details?.subscription).toBe(subscription.id);
    expect(sandbox.state.taken({ customer: customer.id })).toBe(3 * seatPence + credit + debit);
  });

  it('keeps to the proration date that was previewed', async () => {
    const { sandbox, stripe } = shop;
    const { subscription, item } = await subscribe(shop, 3);
    sandbox.clock.advance({ days: 15 });
    const prorationDate = Math.floor(sandbox.clock.now().getTime() / 1000);
    const preview = await stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: {
        items: [{ id: item.id, quantity: 5 }],
        proration_behavior: 'always_invoice',
        proration_date: prorationDate,
      },
    });
    expect(preview.amount_due).toBe(
      share(5 * seatPence, novemberSeconds / 2) - share(3 * seatPence, novemberSeconds / 2),
    );
    expect(sandbox.state.invoices({ subscription: subscription.id })).toHaveLength(1);
    sandbox.clock.advance({ minutes: 4 });
    await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, quantity: 5 }],
      proration_behavior: 'always_invoice',
      proration_date: prorationDate,
    });
    expect(sandbox.state.invoices({ subscription: subscription.id }).at(-1)?.amount_paid).toBe(
      preview.amount_due,
    );
  });

  it('refuses a proration date outside the period', async () => {
    const { subscription, item } = await subscribe(shop, 3);
    const error = await refusalOf(
      shop.stripe.subscriptions.update(subscription.id, {
        items: [{ id: item.id, quantity: 4 }],
        proration_date: subscription.created - 1,
      }),
    );
    expect(error).toMatchObject({ statusCode: 400, param: 'proration_date' });
  });

  it('does not charge less than 30 pence: the customer owes it on the next invoice', async () => {
    const { sandbox, stripe } = shop;
    const { subscription, item, customer } = await subscribe(shop, 3);
    sandbox.clock.advance({ days: 29 });
    const owed = share(4 * seatPence, 86_400) - share(3 * seatPence, 86_400);
    expect(owed).toBeLessThan(30);
    const updated = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, quantity: 4 }],
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
      expand: ['latest_invoice'],
    });
    expect(updated.items.data[0]?.quantity).toBe(4);
    expect(updated.latest_invoice).toMatchObject({ status: 'paid', amount_due: 0, total: owed });
    expect(sandbox.state.customers()[0]?.balance).toBe(owed);
    sandbox.clock.advance({ days: 1, hours: 2 });
    expect(sandbox.state.taken({ customer: customer.id })).toBe(3 * seatPence + 4 * seatPence + owed);
  });
});

describe('a decrease', () => {
  it('with create_prorations waits as invoice items and lowers the next invoice', async () => {
    const { sandbox, stripe } = shop;
    const { subscription, item, customer } = await subscribe(shop, 5);
    sandbox.clock.advance({ days: 20 });
    const updated = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, quantity: 2 }],
      proration_behavior: 'create_prorations',
    });
    expect(updated.items.data[0]?.quantity).toBe(2);
    const left = 10 * 86_400;
    const credit = share(2 * seatPence, left) - share(5 * seatPence, left);
    const pending = await stripe.invoiceItems.list({ customer: customer.id, pending: true });
    expect(pending.data.map(({ amount }) => amount).reduce((a, b) => a + b)).toBe(credit);
    expect(sandbox.state.invoices({ subscription: subscription.id })).toHaveLength(1);
    sandbox.clock.advance({ days: 10, hours: 2 });
    const renewal = sandbox.state.invoices({ subscription: subscription.id }).at(-1);
    expect(renewal).toMatchObject({
      billing_reason: 'subscription_cycle',
      status: 'paid',
      total: 2 * seatPence + credit,
    });
    expect((await stripe.invoiceItems.list({ customer: customer.id, pending: true })).data).toEqual([]);
  });

  it('with always_invoice becomes a credit that later invoices use up', async () => {
    const { sandbox, stripe } = shop;
    const { subscription, item, customer } = await subscribe(shop, 10);
    sandbox.clock.advance({ days: 15 });
    await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, quantity: 1 }],
      proration_behavior: 'always_invoice',
    });
    const credit = share(10 * seatPence, novemberSeconds / 2) - share(seatPence, novemberSeconds / 2);
    expect(sandbox.state.customers()[0]?.balance).toBe(-credit);
    sandbox.clock.advance({ days: 15, hours: 2 });
    expect(sandbox.state.taken({ customer: customer.id })).toBe(10 * seatPence);
    expect(sandbox.state.customers()[0]?.balance).toBe(seatPence - credit);
  });

  it('with none changes the quantity and nothing else', async () => {
    const { subscription, item, customer } = await subscribe(shop, 5);
    await shop.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, quantity: 2 }],
      proration_behavior: 'none',
    });
    expect(shop.sandbox.state.pendingInvoiceItems({ customer: customer.id })).toEqual([]);
    expect(shop.sandbox.state.subscription(subscription.id).items.data[0]?.quantity).toBe(2);
  });
});

describe('many changes in one month', () => {
  it('come to what was used, to the second, within a penny a change', async () => {
    shop.sandbox.settings.enforceLimits = false;
    shop.sandbox.settings.minimumCharge = { gbp: 1 };
    const change = fc.record({
      wait: fc.integer({ min: 1, max: 300_000 }),
      quantity: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const { subscription, item, customer } = await subscribe(shop, 3);
        const start = item.current_period_start;
        const length = item.current_period_end - start;
        let used = 0;
        let at = start;
        let quantity = 3;
        for (const step of changes) {
          shop.sandbox.clock.advance({ seconds: step.wait });
          const now = Math.floor(shop.sandbox.clock.now().getTime() / 1000);
          used += quantity * seatPence * (now - at);
          at = now;
          quantity = step.quantity;
          await shop.stripe.subscriptions.update(subscription.id, {
            items: [{ id: item.id, quantity }],
            proration_behavior: 'always_invoice',
          });
        }
        used += quantity * seatPence * (item.current_period_end - at);
        const balance = shop.sandbox.state.customers().find(({ id }) => id === customer.id)?.balance ?? 0;
        const billed = shop.sandbox.state.taken({ customer: customer.id }) + balance;
        expect(Math.abs(billed - used / length)).toBeLessThanOrEqual(changes.length + 1);
        await shop.stripe.subscriptions.cancel(subscription.id);
      }),
      { numRuns: 15 },
    );
  });
});

describe('limits of a subscription', () => {
  const increase = (
    id: string,
    itemId: string,
    quantity: number,
    behavior: 'always_invoice' | 'none' = 'always_invoice',
  ) =>
    shop.stripe.subscriptions.update(id, { items: [{ id: itemId, quantity }], proration_behavior: behavior });

  it('are ten new invoices a minute', async () => {
    const { subscription, item } = await subscribe(shop, 1);
    for (let quantity = 2; quantity <= 10; quantity += 1) await increase(subscription.id, item.id, quantity);
    const error = await refusalOf(increase(subscription.id, item.id, 11));
    expect(error).toMatchObject({ statusCode: 429, code: 'rate_limit' });
    expect(shop.sandbox.state.subscription(subscription.id).items.data[0]?.quantity).toBe(10);
    shop.sandbox.clock.advance({ seconds: 60 });
    expect((await increase(subscription.id, item.id, 11)).items.data[0]?.quantity).toBe(11);
  });

  it('are twenty new invoices a day', async () => {
    const { subscription, item } = await subscribe(shop, 1);
    for (let quantity = 2; quantity <= 20; quantity += 1) {
      await increase(subscription.id, item.id, quantity);
      shop.sandbox.clock.advance({ minutes: 10 });
    }
    expect((await refusalOf(increase(subscription.id, item.id, 21))).statusCode).toBe(429);
    shop.sandbox.clock.advance({ days: 1 });
    await increase(subscription.id, item.id, 21);
  });

  it('are two hundred quantity updates an hour', async () => {
    const { subscription, item } = await subscribe(shop, 1);
    for (let count = 0; count < 200; count += 1)
      await increase(subscription.id, item.id, 2 + (count % 2), 'none');
    expect((await refusalOf(increase(subscription.id, item.id, 9, 'none'))).statusCode).toBe(429);
    shop.sandbox.clock.advance({ hours: 1 });
    await increase(subscription.id, item.id, 9, 'none');
  });
});
