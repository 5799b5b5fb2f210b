import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SeatShop, seatPence, startSeatShop, subscribe } from './seat-fixture.ts';

let shop: SeatShop;

beforeEach(async () => {
  shop = await startSeatShop();
});
afterEach(() => shop.sandbox.close());

const types = () => shop.sandbox.state.events().map(({ type }) => type);

describe('what people do in the dashboard', () => {
  it('changes the quantity, as an event that no request caused', async () => {
    const { subscription } = await subscribe(shop, 3);
    shop.sandbox.dashboard.changeQuantity(subscription.id, 7, 'always_invoice');
    expect(shop.sandbox.state.subscription(subscription.id).items.data[0]?.quantity).toBe(7);
    expect(shop.sandbox.state.events('customer.subscription.updated').at(-1)?.request).toEqual({
      id: null,
      idempotency_key: null,
    });
    expect(shop.sandbox.state.taken()).toBe(7 * seatPence);
  });

  it('cancels now, or at the end, and takes that back', async () => {
    const { subscription } = await subscribe(shop, 3);
    shop.sandbox.dashboard.cancel(subscription.id, { atPeriodEnd: true });
    expect(shop.sandbox.state.subscription(subscription.id)).toMatchObject({
      cancel_at_period_end: true,
      cancellation_details: { reason: 'cancellation_requested' },
    });
    shop.sandbox.dashboard.keep(subscription.id);
    expect(shop.sandbox.state.subscription(subscription.id)).toMatchObject({
      cancel_at_period_end: false,
      cancel_at: null,
    });
    shop.sandbox.dashboard.cancel(subscription.id);
    expect(shop.sandbox.state.subscription(subscription.id).status).toBe('canceled');
  });

  it('pauses and resumes', async () => {
    const { subscription } = await subscribe(shop, 3);
    shop.sandbox.dashboard.pause(subscription.id);
    expect(shop.sandbox.state.subscription(subscription.id).status).toBe('paused');
    shop.sandbox.dashboard.resume(subscription.id);
    expect(shop.sandbox.state.subscription(subscription.id).status).toBe('active');
  });

  it('pauses only the collection: renewals are voided and the subscription stays active', async () => {
    const { subscription } = await subscribe(shop, 3);
    shop.sandbox.dashboard.pauseCollection(subscription.id, 'void');
    shop.sandbox.clock.advance({ days: 31 });
    expect(shop.sandbox.state.invoices({ subscription: subscription.id }).at(-1)?.status).toBe('void');
    expect(shop.sandbox.state.subscription(subscription.id).status).toBe('active');
    shop.sandbox.dashboard.pauseCollection(subscription.id, null);
    shop.sandbox.clock.advance({ days: 31 });
    expect(shop.sandbox.state.taken()).toBe(2 * 3 * seatPence);
  });

  it('deletes a customer, refunds and disputes a charge', async () => {
    const { customer } = await subscribe(shop, 3);
    const [charge] = shop.sandbox.state.charges();
    shop.sandbox.dashboard.refund(charge?.id ?? '', 100);
    shop.sandbox.dashboard.dispute(charge?.id ?? '');
    shop.sandbox.dashboard.deleteCustomer(customer.id);
    expect(shop.sandbox.state.taken()).toBe(3 * seatPence - 100);
    expect(types()).toEqual(
      expect.arrayContaining([
        'charge.refunded',
        'charge.dispute.created',
        'customer.deleted',
        'customer.subscription.deleted',
      ]),
    );
  });

  it('gives the customer another card', async () => {
    const { customer, subscription } = await subscribe(shop, 3);
    shop.sandbox.dashboard.setCard(customer.id, 'pm_card_chargeCustomerFail');
    shop.sandbox.clock.advance({ days: 31 });
    expect(shop.sandbox.state.subscription(subscription.id).status).toBe('past_due');
  });
});

describe('the billing portal', () => {
  const post = (url: string, fields: Record<string, string>) =>
    fetch(url, { method: 'POST', body: new URLSearchParams(fields) });

  beforeEach(() => shop.sandbox.dashboard.savePortalSettings());

  it('shows subscriptions and invoices, cancels, and keeps', async () => {
    const { customer, subscription } = await subscribe(shop, 3);
    const session = await shop.stripe.billingPortal.sessions.create({
      customer: customer.id,
      return_url: 'https://orgdesk.example/back',
    });
    const page = await (await fetch(session.url)).text();
    expect(page).toContain('3 × Agent seat');
    expect(page).toContain('https://orgdesk.example/back');
    expect(page).toContain('/i/acct_sandbox/');
    const ended = await (await post(session.url, { action: 'cancel', subscription: subscription.id })).text();
    expect(ended).toContain('ends on 2026-12-01');
    expect(shop.sandbox.state.subscription(subscription.id).cancel_at_period_end).toBe(true);
    await post(session.url, { action: 'renew', subscription: subscription.id });
    expect(shop.sandbox.state.subscription(subscription.id).cancel_at_period_end).toBe(false);
  });

  it('changes the card, and refuses one whose bank says no', async () => {
    const { customer } = await subscribe(shop, 3);
    const { url } = await shop.stripe.billingPortal.sessions.create({ customer: customer.id });
    const refused = await post(url, { action: 'card', card: '4000 0000 0000 0002' });
    expect(refused.status).toBe(402);
    await post(url, { action: 'card', card: '5555 5555 5555 4444' });
    const changed = await shop.stripe.customers.retrieve(customer.id, {
      expand: ['invoice_settings.default_payment_method'],
    });
    expect(changed).toMatchObject({
      invoice_settings: { default_payment_method: { card: { last4: '4444' } } },
    });
  });

  it('does not touch another customer’s subscription', async () => {
    const mine = await subscribe(shop, 1);
    const other = await subscribe(shop, 1);
    const { url } = await shop.stripe.billingPortal.sessions.create({ customer: mine.customer.id });
    await post(url, { action: 'cancel', subscription: other.subscription.id });
    expect(shop.sandbox.state.subscription(other.subscription.id).cancel_at_period_end).toBe(false);
  });
});
