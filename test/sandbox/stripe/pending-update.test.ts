import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusalOf, type SeatShop, startSeatShop, subscribe } from './seat-fixture.ts';
import { payOnPage } from './shopper.ts';

let shop: SeatShop;

beforeEach(async () => {
  shop = await startSeatShop();
});
afterEach(() => shop.sandbox.close());

async function askForMore(cards: (customer: string) => void, quantity = 6) {
  const made = await subscribe(shop, 3);
  shop.sandbox.clock.advance({ days: 3 });
  cards(made.customer.id);
  const updated = await shop.stripe.subscriptions.update(made.subscription.id, {
    items: [{ id: made.item.id, quantity }],
    proration_behavior: 'always_invoice',
    payment_behavior: 'pending_if_incomplete',
    metadata: { wanted: String(quantity) },
    expand: ['latest_invoice'],
  });
  const invoice = updated.latest_invoice;
  if (invoice === null || typeof invoice === 'string') throw new Error('latest_invoice was not expanded');
  return { ...made, updated, invoice };
}

const declined = (customer: string) => shop.sandbox.cards.decline(customer);
const authenticated = (customer: string) => shop.sandbox.cards.requireAuthentication(customer);
const quantityOf = (id: string) => shop.sandbox.state.subscription(id).items.data[0]?.quantity;
const types = () => shop.sandbox.state.events().map(({ type }) => type);

describe('an increase whose card is declined', () => {
  it('succeeds as a call, keeps the old quantity and waits 23 hours', async () => {
    const { updated, invoice, subscription } = await askForMore(declined);
    expect(updated.status).toBe('active');
    expect(updated.items.data[0]?.quantity).toBe(3);
    expect(updated.metadata).toEqual({});
    const now = Math.floor(shop.sandbox.clock.now().getTime() / 1000);
    expect(updated.pending_update).toMatchObject({ expires_at: now + 23 * 3_600, metadata: { wanted: '6' } });
    expect(updated.pending_update?.subscription_items?.[0]?.quantity).toBe(6);
    expect(invoice).toMatchObject({ status: 'open', attempt_count: 1, attempted: true });
    expect(invoice.hosted_invoice_url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/i\//);
    expect(quantityOf(subscription.id)).toBe(3);
    expect(types()).toContain('invoice.payment_failed');
  });

  it('happens when the invoice is paid on its page with another card', async () => {
    const { subscription, invoice } = await askForMore(declined);
    const refused = await payOnPage(invoice.hosted_invoice_url ?? '', { card: '4000 0000 0000 0002' });
    expect(refused.status).toBe(402);
    expect(refused.page).toContain('Your card was declined.');
    expect(quantityOf(subscription.id)).toBe(3);
    const paid = await payOnPage(invoice.hosted_invoice_url ?? '');
    expect(paid.status).toBe(200);
    const now = shop.sandbox.state.subscription(subscription.id);
    expect(now).toMatchObject({ pending_update: null, metadata: { wanted: '6' }, status: 'active' });
    expect(quantityOf(subscription.id)).toBe(6);
    const tail = types().slice(-5);
    expect(tail).toContain('invoice.paid');
    expect(tail).toContain('customer.subscription.pending_update_applied');
    shop.sandbox.clock.advance({ hours: 24 });
    expect(quantityOf(subscription.id)).toBe(6);
  });

  it('is paid through the API with a card that works', async () => {
    const { subscription, customer, invoice } = await askForMore(declined);
    const error = await refusalOf(shop.stripe.invoices.pay(invoice.id));
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined' });
    shop.sandbox.cards.reset(customer.id);
    expect((await shop.stripe.invoices.pay(invoice.id)).status).toBe('paid');
    expect(quantityOf(subscription.id)).toBe(6);
    expect((await refusalOf(shop.stripe.invoices.pay(invoice.id))).message).toBe('Invoice is already paid');
  });

  it('is over after 23 hours: the invoice void, nothing changed', async () => {
    const { subscription, customer, invoice } = await askForMore(declined);
    const taken = shop.sandbox.state.taken({ customer: customer.id });
    shop.sandbox.clock.advance({ hours: 22, minutes: 59, seconds: 59 });
    expect(shop.sandbox.state.subscription(subscription.id).pending_update).not.toBeNull();
    shop.sandbox.clock.advance({ seconds: 1 });
    expect(shop.sandbox.state.subscription(subscription.id).pending_update).toBeNull();
    expect(quantityOf(subscription.id)).toBe(3);
    expect((await shop.stripe.invoices.retrieve(invoice.id)).status).toBe('void');
    expect(types()).toContain('customer.subscription.pending_update_expired');
    expect(types()).toContain('invoice.voided');
    expect(shop.sandbox.state.taken({ customer: customer.id })).toBe(taken);
    expect((await payOnPage(invoice.hosted_invoice_url ?? '')).status).toBe(410);
  });

  it('is over at the end of the period when that comes first', async () => {
    const { subscription, item } = await subscribe(shop, 3);
    shop.sandbox.clock.advance({ days: 29, hours: 12 });
    shop.sandbox.settings.minimumCharge = { gbp: 1 };
    shop.sandbox.cards.decline(subscription.customer as string, { times: 1 });
    const updated = await shop.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, quantity: 30 }],
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
    });
    expect(updated.pending_update?.expires_at).toBe(item.current_period_end);
    shop.sandbox.clock.advance({ hours: 14 });
    const renewal = shop.sandbox.state.invoices({ subscription: subscription.id }).at(-1);
    expect(renewal).toMatchObject({ billing_reason: 'subscription_cycle', total: 3 * 599, status: 'paid' });
  });

  it('is dropped when its invoice is voided', async () => {
    const { subscription, invoice } = await askForMore(declined);
    await shop.stripe.invoices.voidInvoice(invoice.id);
    expect(shop.sandbox.state.subscription(subscription.id).pending_update).toBeNull();
    expect(quantityOf(subscription.id)).toBe(3);
  });

  it('gives way to a newer change', async () => {
    const { subscription, customer, item, invoice } = await askForMore(declined);
    shop.sandbox.cards.reset(customer.id);
    await shop.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, quantity: 4 }],
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
    });
    expect(quantityOf(subscription.id)).toBe(4);
    expect((await shop.stripe.invoices.retrieve(invoice.id)).status).toBe('void');
    expect(shop.sandbox.state.subscription(subscription.id).pending_update).toBeNull();
  });
});

describe('an increase whose card asks for 3-D Secure', () => {
  it('waits, and happens when the owner passes', async () => {
    const { subscription, updated, invoice } = await askForMore(authenticated);
    expect(updated.pending_update).not.toBeNull();
    expect(types()).toContain('invoice.payment_action_required');
    const open = await shop.stripe.invoices.retrieve(invoice.id, {
      expand: ['payments.data.payment.payment_intent'],
    });
    expect(open.payments?.data[0]?.payment.payment_intent).toMatchObject({ status: 'requires_action' });
    shop.sandbox.dashboard.completeAuthentication(invoice.id);
    expect(quantityOf(subscription.id)).toBe(6);
  });

  it('goes on waiting when the owner fails', async () => {
    const { subscription, invoice } = await askForMore(authenticated);
    shop.sandbox.dashboard.failAuthentication(subscription.id);
    expect(quantityOf(subscription.id)).toBe(3);
    expect(shop.sandbox.state.subscription(subscription.id).pending_update).not.toBeNull();
    const paid = await payOnPage(invoice.hosted_invoice_url ?? '', { card: '4000 0000 0000 0002' });
    expect(paid.status).toBe(402);
  });

  it('can be authenticated on the invoice’s page', async () => {
    const { subscription, invoice } = await askForMore(authenticated);
    const paid = await payOnPage(invoice.hosted_invoice_url ?? '', { card: '4000 0025 0000 3155' });
    expect(paid.page).toContain('Payment complete.');
    expect(quantityOf(subscription.id)).toBe(6);
  });
});

describe('payment behaviors', () => {
  async function declinedIncrease(
    behavior: 'allow_incomplete' | 'default_incomplete' | 'error_if_incomplete',
  ) {
    const { subscription, item, customer } = await subscribe(shop, 3);
    shop.sandbox.cards.decline(customer.id);
    const call = shop.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, quantity: 6 }],
      proration_behavior: 'always_invoice',
      payment_behavior: behavior,
    });
    return { call, subscription };
  }

  it('allow_incomplete makes the change and leaves the subscription past due', async () => {
    const { call } = await declinedIncrease('allow_incomplete');
    const updated = await call;
    expect(updated.status).toBe('past_due');
    expect(updated.items.data[0]?.quantity).toBe(6);
  });

  it('error_if_incomplete refuses with 402 and changes nothing', async () => {
    const { call, subscription } = await declinedIncrease('error_if_incomplete');
    const error = await refusalOf(call);
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined' });
    expect(quantityOf(subscription.id)).toBe(3);
    expect(shop.sandbox.state.invoices({ subscription: subscription.id })).toHaveLength(1);
  });

  it('default_incomplete charges nothing until the payment is confirmed', async () => {
    const { call, subscription } = await declinedIncrease('default_incomplete');
    expect((await call).status).toBe('past_due');
    expect(shop.sandbox.state.invoices({ subscription: subscription.id }).at(-1)).toMatchObject({
      status: 'open',
      attempted: false,
    });
  });

  it('pending_if_incomplete takes only what pending updates support', async () => {
    const { subscription } = await subscribe(shop, 3);
    const error = await refusalOf(
      shop.stripe.subscriptions.update(subscription.id, {
        description: 'Seats',
        payment_behavior: 'pending_if_incomplete',
      }),
    );
    expect(error.message).toContain('you can only pass supported params. `description` is not supported.');
  });
});
