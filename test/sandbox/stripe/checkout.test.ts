import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusalOf, type SeatShop, seatPence, startSeatShop } from './seat-fixture.ts';
import { payOnPage } from './shopper.ts';

let shop: SeatShop;

beforeEach(async () => {
  shop = await startSeatShop();
});
afterEach(() => shop.sandbox.close());

const open = (more: object = {}) =>
  shop.stripe.checkout.sessions.create({
    mode: 'subscription',
    line_items: [{ price: shop.price.id, quantity: 3 }],
    success_url: 'https://orgdesk.example/paid?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'https://orgdesk.example/back',
    client_reference_id: 'organization-1',
    metadata: { organization: 'organization-1' },
    subscription_data: { metadata: { organization: 'organization-1' } },
    ...more,
  });

const events = (type: Parameters<SeatShop['sandbox']['state']['events']>[0]) =>
  shop.sandbox.state.events(type);

describe('a Checkout session for seats', () => {
  it('shows what is to be paid, and a form', async () => {
    const session = await open();
    expect(session).toMatchObject({ status: 'open', payment_status: 'unpaid', amount_total: 3 * seatPence });
    const page = await (await fetch(session.url ?? '')).text();
    expect(page).toContain('3 × Agent seat');
    expect(page).toContain('£17.97');
    expect(page).toContain('name="email"');
    expect(page).toContain('name="card"');
  });

  it('becomes a paid, active subscription and sends the payer back with its id', async () => {
    const session = await open();
    const paid = await payOnPage(session.url ?? '', { email: 'owner@acme.example' });
    expect(paid).toMatchObject({
      status: 303,
      redirectedTo: `https://orgdesk.example/paid?session=${session.id}`,
    });
    const done = await shop.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['subscription', 'customer', 'line_items', 'invoice'],
    });
    expect(done).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      url: null,
      client_reference_id: 'organization-1',
      customer: { email: 'owner@acme.example' },
      customer_details: { email: 'owner@acme.example' },
      invoice: { status: 'paid', amount_paid: 3 * seatPence, billing_reason: 'subscription_create' },
      subscription: { status: 'active', metadata: { organization: 'organization-1' } },
    });
    expect(done.line_items?.data[0]).toMatchObject({ quantity: 3, amount_total: 3 * seatPence });
    const subscription = shop.sandbox.state.subscriptions()[0];
    expect(subscription?.items.data[0]).toMatchObject({ quantity: 3, price: { id: shop.price.id } });
    expect(subscription?.default_payment_method).toMatch(/^pm_/);
    expect(shop.sandbox.state.taken()).toBe(3 * seatPence);
    expect(events('checkout.session.completed')[0]?.data.object).toMatchObject({
      id: session.id,
      subscription: subscription?.id,
      metadata: { organization: 'organization-1' },
    });
    expect(events('customer.created')).toHaveLength(1);
  });

  it('uses the customer it was given, and asks them for no address', async () => {
    const customer = await shop.stripe.customers.create({ email: 'known@acme.example' });
    const session = await open({ customer: customer.id });
    expect(await (await fetch(session.url ?? '')).text()).not.toContain('name="email"');
    await payOnPage(session.url ?? '');
    expect(shop.sandbox.state.subscriptions()[0]?.customer).toBe(customer.id);
    expect(shop.sandbox.state.customers()).toHaveLength(1);
  });

  it('stays open when the card is declined, and takes another', async () => {
    const session = await open();
    const declined = await payOnPage(session.url ?? '', { card: '4000 0000 0000 0002' });
    expect(declined).toMatchObject({ status: 402, redirectedTo: null });
    expect(declined.page).toContain('Your card was declined.');
    expect(shop.sandbox.state.subscriptions()).toEqual([]);
    expect(shop.sandbox.state.taken()).toBe(0);
    expect((await payOnPage(session.url ?? '')).status).toBe(303);
  });

  it('asks for 3-D Secure, and is paid only when it was passed', async () => {
    const session = await open();
    const failed = await payOnPage(session.url ?? '', {
      card: '4000 0025 0000 3155',
      authentication: 'fail',
    });
    expect(failed.status).toBe(402);
    expect(shop.sandbox.state.subscriptions()).toEqual([]);
    const passed = await payOnPage(session.url ?? '', { card: '4000 0025 0000 3155' });
    expect(passed.redirectedTo).toContain(session.id);
    expect(shop.sandbox.state.subscriptions()[0]?.status).toBe('active');
    // Set up once, the card pays later invoices without its owner.
    shop.sandbox.clock.advance({ days: 31 });
    expect(shop.sandbox.state.taken()).toBe(2 * 3 * seatPence);
  });

  it('is paid once, however often the form is sent', async () => {
    const session = await open();
    const results = await Promise.all(Array.from({ length: 20 }, () => payOnPage(session.url ?? '')));
    expect(results.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(shop.sandbox.state.subscriptions()).toHaveLength(1);
    expect(shop.sandbox.state.taken()).toBe(3 * seatPence);
    expect((await fetch(session.url ?? '')).status).toBe(410);
  });

  it('expires after 24 hours', async () => {
    const session = await open();
    shop.sandbox.clock.advance({ hours: 24 });
    expect(await shop.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'expired',
      url: null,
    });
    expect(events('checkout.session.expired')).toHaveLength(1);
    expect((await payOnPage(session.url ?? '')).status).toBe(410);
  });

  it('expires on request, but only while it is open', async () => {
    const session = await open();
    expect((await shop.stripe.checkout.sessions.expire(session.id)).status).toBe('expired');
    expect((await refusalOf(shop.stripe.checkout.sessions.expire(session.id))).statusCode).toBe(400);
  });

  it('is listed by customer and status', async () => {
    const session = await open();
    await open();
    await payOnPage(session.url ?? '');
    const complete = await shop.stripe.checkout.sessions.list({ status: 'complete' });
    expect(complete.data.map(({ id }) => id)).toEqual([session.id]);
    const customer = complete.data[0]?.customer as string;
    expect((await shop.stripe.checkout.sessions.list({ customer })).data).toHaveLength(1);
  });

  it('with a trial takes no money yet', async () => {
    const session = await open({ subscription_data: { trial_period_days: 14 } });
    await payOnPage(session.url ?? '');
    const done = await shop.stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] });
    expect(done).toMatchObject({
      payment_status: 'no_payment_required',
      subscription: { status: 'trialing' },
    });
    expect(shop.sandbox.state.taken()).toBe(0);
  });

  it('escapes what it shows', async () => {
    await shop.stripe.products.update(shop.product.id, { name: '<script>alert(1)</script>' });
    const session = await open();
    expect(await (await fetch(session.url ?? '')).text()).not.toContain('<script>alert(1)');
  });
});

describe('Checkout refuses', () => {
  it.each([
    [{ success_url: undefined }, 'parameter_missing', 'success_url'],
    [{ line_items: [{ price: 'price_none', quantity: 1 }] }, 'resource_missing', 'line_items[0][price]'],
    [{ success_url: '/paid' }, 'url_invalid', 'success_url'],
    [{ customer: 'cus_none' }, 'resource_missing', 'customer'],
  ])('%j', async (params, code, param) => {
    expect(await refusalOf(open(params))).toMatchObject({ statusCode: 400, code, param });
  });

  it('a line without a quantity', async () => {
    const error = await refusalOf(open({ line_items: [{ price: shop.price.id }] }));
    expect(error).toMatchObject({ code: 'parameter_missing', param: 'line_items[0][quantity]' });
  });

  it('a customer and an e-mail together', async () => {
    const customer = await shop.stripe.customers.create({});
    const error = await refusalOf(open({ customer: customer.id, customer_email: 'a@b.example' }));
    expect(error.message).toContain('You may only specify one of these parameters');
  });

  it('prices that do not fit the mode', async () => {
    const once = await shop.stripe.prices.create({
      product: shop.product.id,
      currency: 'gbp',
      unit_amount: 100,
    });
    expect((await refusalOf(open({ line_items: [{ price: once.id, quantity: 1 }] }))).message).toContain(
      'recurring',
    );
    const payment = { mode: 'payment', subscription_data: undefined };
    expect((await refusalOf(open(payment))).message).toContain('You specified `payment` mode');
  });
});

describe('a Checkout session for one payment', () => {
  it('charges the server’s price once', async () => {
    const session = await shop.stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [
        {
          price_data: { currency: 'gbp', unit_amount: 2_500, product_data: { name: 'Repair' } },
          quantity: 2,
        },
      ],
      success_url: 'https://shop.example/thanks',
      payment_intent_data: { metadata: { ticket: 'TKT-001' } },
    });
    const paid = await payOnPage(session.url ?? '', { email: 'customer@example.com' });
    expect(paid.redirectedTo).toBe('https://shop.example/thanks');
    const done = await shop.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent.latest_charge'],
    });
    expect(done.payment_intent).toMatchObject({
      status: 'succeeded',
      amount: 5_000,
      metadata: { ticket: 'TKT-001' },
      latest_charge: { amount: 5_000, paid: true },
    });
    expect(done.customer).toBeNull();
  });
});
