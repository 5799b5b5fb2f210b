import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusalOf, type SeatShop, seatPence, startSeatShop, subscribe } from './seat-fixture.ts';

let shop: SeatShop;

beforeEach(async () => {
  shop = await startSeatShop();
});
afterEach(() => shop.sandbox.close());

describe('a preview', () => {
  it('of the next renewal is what the renewal then charges', async () => {
    const { subscription, item } = await subscribe(shop, 4);
    shop.sandbox.clock.advance({ days: 12, seconds: 5 });
    await shop.stripe.subscriptions.update(subscription.id, { items: [{ id: item.id, quantity: 2 }] });
    const preview = await shop.stripe.invoices.createPreview({ subscription: subscription.id });
    expect(preview).toMatchObject({ billing_reason: 'upcoming', status: 'draft' });
    expect(preview.lines.data.map(({ parent }) => parent?.subscription_item_details?.proration)).toEqual([
      true,
      true,
      false,
    ]);
    shop.sandbox.clock.advance({ days: 18, hours: 2 });
    const renewal = shop.sandbox.state.invoices({ subscription: subscription.id }).at(-1);
    expect(renewal?.amount_paid).toBe(preview.amount_due);
  });

  it('of a change without always_invoice shows the next renewal with it', async () => {
    const { subscription, item } = await subscribe(shop, 2);
    shop.sandbox.clock.advance({ days: 15 });
    const change = (preview_mode: 'next' | 'recurring', proration_behavior: 'create_prorations' | 'none') =>
      shop.stripe.invoices.createPreview({
        subscription: subscription.id,
        preview_mode,
        subscription_details: { items: [{ id: item.id, quantity: 4 }], proration_behavior },
      });
    const half = Math.round((4 * seatPence) / 2) - Math.round((2 * seatPence) / 2);
    expect((await change('next', 'create_prorations')).total).toBe(4 * seatPence + half);
    expect((await change('next', 'none')).total).toBe(4 * seatPence);
    expect((await change('recurring', 'create_prorations')).total).toBe(4 * seatPence);
    expect(shop.sandbox.state.subscription(subscription.id).items.data[0]?.quantity).toBe(2);
  });

  it('counts the credit the customer has', async () => {
    const { subscription, item, customer } = await subscribe(shop, 2);
    await shop.stripe.customers.update(customer.id, { balance: -500 });
    shop.sandbox.clock.advance({ days: 1 });
    const preview = await shop.stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: { items: [{ id: item.id, quantity: 3 }], proration_behavior: 'always_invoice' },
    });
    expect(preview.starting_balance).toBe(-500);
    expect(preview.amount_due).toBe(preview.total - 500);
  });

  it('is refused for a subscription that is over', async () => {
    const { subscription } = await subscribe(shop, 2);
    await shop.stripe.subscriptions.cancel(subscription.id);
    const error = await refusalOf(shop.stripe.invoices.createPreview({ subscription: subscription.id }));
    expect(error).toMatchObject({ statusCode: 404, code: 'invoice_upcoming_none' });
  });
});

describe('invoices', () => {
  it('are listed by subscription, customer and status', async () => {
    const mine = await subscribe(shop, 1);
    await subscribe(shop, 2);
    const bySubscription = await shop.stripe.invoices.list({ subscription: mine.subscription.id });
    expect(bySubscription.data.map(({ total }) => total)).toEqual([seatPence]);
    expect((await shop.stripe.invoices.list({ customer: mine.customer.id })).data).toHaveLength(1);
    expect((await shop.stripe.invoices.list({ status: 'paid' })).data).toHaveLength(2);
    expect((await shop.stripe.invoices.list({ status: 'open' })).data).toEqual([]);
  });

  it('are numbered in the order of the customer’s invoices', async () => {
    const { subscription } = await subscribe(shop, 1);
    shop.sandbox.clock.advance({ days: 62 });
    const numbers = shop.sandbox.state
      .invoices({ subscription: subscription.id })
      .map(({ number }) => number?.slice(-4));
    expect(numbers).toEqual(['0001', '0002', '0003']);
  });

  it('by hand take up what is pending, and are paid', async () => {
    const { subscription, customer } = await subscribe(shop, 1);
    await shop.stripe.invoiceItems.create({
      customer: customer.id,
      subscription: subscription.id,
      amount: 1_250,
      currency: 'gbp',
      description: 'Training',
    });
    const draft = await shop.stripe.invoices.create({ customer: customer.id, subscription: subscription.id });
    expect(draft).toMatchObject({ status: 'draft', total: 1_250 });
    expect((await shop.stripe.invoices.finalizeInvoice(draft.id)).status).toBe('open');
    expect((await refusalOf(shop.stripe.invoices.finalizeInvoice(draft.id))).statusCode).toBe(400);
    expect((await shop.stripe.invoices.pay(draft.id)).status).toBe('paid');
    expect((await refusalOf(shop.stripe.invoices.voidInvoice(draft.id))).statusCode).toBe(400);
  });

  it('give their balance back when they are voided', async () => {
    const { subscription, item, customer } = await subscribe(shop, 2);
    await shop.stripe.customers.update(customer.id, { balance: -100 });
    shop.sandbox.cards.decline(customer.id);
    await shop.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, quantity: 9 }],
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
    });
    const balance = () => shop.sandbox.state.customers().find(({ id }) => id === customer.id)?.balance;
    expect(balance()).toBe(0);
    shop.sandbox.clock.advance({ hours: 23 });
    expect(balance()).toBe(-100);
  });

  it('lead to the charge that paid them, in no more than four levels', async () => {
    const { subscription } = await subscribe(shop, 2);
    const id = subscription.latest_invoice as string;
    const invoice = await shop.stripe.invoices.retrieve(id, {
      expand: ['payments.data.payment.payment_intent'],
    });
    const payment = invoice.payments?.data[0];
    expect(payment).toMatchObject({ status: 'paid', amount_paid: 2 * seatPence });
    const intent = payment?.payment.payment_intent;
    if (typeof intent !== 'object') throw new Error('The PaymentIntent was not expanded.');
    const charge = await shop.stripe.charges.retrieve(intent.latest_charge as string);
    expect(charge).toMatchObject({ amount: 2 * seatPence, paid: true, payment_intent: intent.id });
    const deeper = 'payments.data.payment.payment_intent.latest_charge';
    const error = await refusalOf(shop.stripe.invoices.retrieve(id, { expand: [deeper] }));
    expect(error.message).toBe('You cannot expand more than 4 levels of a property.');
  });
});

describe('refunds', () => {
  it('give back a part, then the rest, then nothing more', async () => {
    const { customer } = await subscribe(shop, 2);
    const [charge] = shop.sandbox.state.charges({ customer: customer.id });
    await shop.stripe.refunds.create({ charge: charge?.id ?? '', amount: 300 });
    expect(
      (await refusalOf(shop.stripe.refunds.create({ charge: charge?.id ?? '', amount: 1_000 }))).param,
    ).toBe('amount');
    await shop.stripe.refunds.create({ payment_intent: charge?.payment_intent ?? '' });
    const error = await refusalOf(shop.stripe.refunds.create({ charge: charge?.id ?? '' }));
    expect(error.code).toBe('charge_already_refunded');
    expect(shop.sandbox.state.taken({ customer: customer.id })).toBe(0);
    const event = shop.sandbox.state.events('charge.refunded')[0];
    expect(event?.data.previous_attributes).toEqual({ amount_refunded: 0, refunded: false });
    const full = await shop.stripe.charges.retrieve(charge?.id ?? '', { expand: ['refunds'] });
    expect(full.refunds?.data).toHaveLength(2);
  });
});

describe('billing modes', () => {
  async function creditAfterFreeIncrease(type: 'classic' | 'flexible') {
    const { customer } = await subscribe(shop, 1);
    const subscription = await shop.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: shop.price.id, quantity: 2 }],
      billing_mode: { type },
    });
    const [item] = subscription.items.data;
    const set = (quantity: number, proration_behavior: 'none' | 'create_prorations') =>
      shop.stripe.subscriptions.update(subscription.id, {
        items: [{ id: item?.id ?? '', quantity }],
        proration_behavior,
      });
    await set(10, 'none');
    await set(2, 'create_prorations');
    const pending = shop.sandbox.state.pendingInvoiceItems({ customer: customer.id });
    return pending.find(({ amount }) => amount < 0)?.amount;
  }

  it('flexible, the default, credits what was billed; classic what is now subscribed to', async () => {
    const { subscription } = await subscribe(shop, 1);
    expect(subscription.billing_mode.type).toBe('flexible');
    expect(await creditAfterFreeIncrease('flexible')).toBe(-2 * seatPence);
    expect(await creditAfterFreeIncrease('classic')).toBe(-10 * seatPence);
  });
});
