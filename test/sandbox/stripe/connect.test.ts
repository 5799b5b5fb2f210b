import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Browser } from '../browser.ts';
import { clientOf, refusalOf } from './seat-fixture.ts';
import { type StripeSandbox, startStripeSandbox } from './server.ts';
import { payOnPage } from './shopper.ts';

let sandbox: StripeSandbox;
let stripe: Stripe;

beforeEach(async () => {
  sandbox = await startStripeSandbox({ now: new Date('2026-11-01T09:30:00Z') });
  stripe = clientOf(sandbox);
});
afterEach(() => sandbox.close());

const connect = () =>
  stripe.accounts.create({
    controller: {
      stripe_dashboard: { type: 'express' },
      losses: { payments: 'application' },
      fees: { payer: 'application' },
    },
    capabilities: { card_payments: { requested: true }, transfers: { requested: true } },
    metadata: { organization_id: 'o-1' },
  });

const linkTo = (account: string) =>
  stripe.accountLinks.create({
    account,
    type: 'account_onboarding',
    refresh_url: `${sandbox.url}/refresh`,
    return_url: `${sandbox.url}/return`,
  });

const open = (
  destination: string,
  more: { amount?: number; currency?: string; fee?: number; quantity?: number } = {},
) =>
  stripe.checkout.sessions.create({
    mode: 'payment',
    customer_email: 'buyer@example.com',
    line_items: [
      {
        quantity: more.quantity ?? 1,
        price_data: {
          currency: more.currency ?? 'gbp',
          unit_amount: more.amount ?? 5_000,
          product_data: { name: 'Repair' },
        },
      },
    ],
    payment_intent_data: {
      application_fee_amount: more.fee ?? 145,
      transfer_data: { destination },
      metadata: { payment_id: 'p-1' },
    },
    success_url: 'https://shop.example/thanks',
    cancel_url: 'https://shop.example/cart',
  });

const active = async () => {
  const { id } = await connect();
  sandbox.dashboard.onboard(id);
  return id;
};

/** A session paid, and its payment as Stripe's library reads it. */
const paid = async (destination: string, form: Parameters<typeof payOnPage>[1] = {}) => {
  const session = await open(destination);
  await payOnPage(session.url ?? '', form);
  return stripe.checkout.sessions.retrieve(session.id, {
    expand: ['payment_intent.latest_charge.application_fee', 'payment_intent.latest_charge.refunds'],
  });
};
const chargeOf = (session: Stripe.Checkout.Session) =>
  (session.payment_intent as Stripe.PaymentIntent).latest_charge as Stripe.Charge;

describe('a connected account', () => {
  it('can do nothing before its owner has been through the onboarding', async () => {
    const account = await connect();
    expect(account).toMatchObject({
      charges_enabled: false,
      payouts_enabled: false,
      details_submitted: false,
      type: 'express',
    });
    expect(account.requirements?.currently_due).not.toEqual([]);
    const error = await refusalOf(open(account.id));
    expect(error).toMatchObject({ statusCode: 400, code: 'insufficient_capabilities_for_transfer' });
  });

  it('is onboarded on a page that a link opens once, and returns to the platform', async () => {
    const { id } = await connect();
    const link = await linkTo(id);
    const browser = new Browser();
    const page = await browser.get(link.url);
    expect(page.html).toContain('Tell us about your business');
    expect((await new Browser().get(link.url)).url).toBe(`${sandbox.url}/refresh`);
    expect(
      (await browser.submit(page, page.url.slice(sandbox.url.length), { outcome: 'complete' })).url,
    ).toBe(`${sandbox.url}/return`);
    expect(await stripe.accounts.retrieve(id)).toMatchObject({
      charges_enabled: true,
      payouts_enabled: true,
      details_submitted: true,
      capabilities: { transfers: 'active' },
      requirements: { disabled_reason: null },
    });
  });

  it('is under way while its owner left, or a document is looked at', async () => {
    const { id } = await connect();
    const through = async (outcome: string) => {
      const browser = new Browser();
      const page = await browser.get((await linkTo(id)).url);
      await browser.submit(page, page.url.slice(sandbox.url.length), { outcome });
      return stripe.accounts.retrieve(id);
    };
    expect(await through('leave')).toMatchObject({ details_submitted: false, charges_enabled: false });
    expect(await through('review')).toMatchObject({
      details_submitted: true,
      charges_enabled: false,
      requirements: { disabled_reason: 'requirements.pending_verification' },
    });
  });

  it('has links that run out after five minutes', async () => {
    const { id } = await connect();
    const link = await linkTo(id);
    sandbox.clock.advance({ minutes: 5 });
    expect((await new Browser().get(link.url)).url).toBe(`${sandbox.url}/refresh`);
  });

  it('is nobody’s business after it was disconnected, and no more than one that never was', async () => {
    const { id } = await connect();
    sandbox.dashboard.disconnect(id);
    for (const gone of [id, 'acct_none']) {
      expect(await refusalOf(stripe.accounts.retrieve(gone))).toMatchObject({
        statusCode: 403,
        code: 'account_invalid',
      });
    }
  });

  it('is not made with transfers alone, nor twice under one key', async () => {
    const transfers = { capabilities: { transfers: { requested: true } }, type: 'express' } as const;
    expect((await refusalOf(stripe.accounts.create(transfers))).message).toContain(
      '`card_payments` capability',
    );
    const once = () => stripe.accounts.create({ type: 'express' }, { idempotencyKey: 'account:o-1' });
    expect((await once()).id).toBe((await once()).id);
  });

  it('tells the Connect endpoint alone, under its own secret', async () => {
    const got: { event: Stripe.Event; at: string }[] = [];
    const receiver = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const secret = request.url === '/connect' ? sandbox.connectWebhookSecret : sandbox.webhookSecret;
      const signature = String(request.headers['stripe-signature']);
      got.push({ event: stripe.webhooks.constructEvent(body, signature, secret), at: String(request.url) });
      response.end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    Object.assign(sandbox.webhooks, { url: `${url}/own`, connectUrl: `${url}/connect` });
    const { id } = await connect();
    sandbox.dashboard.onboard(id, 'review');
    sandbox.dashboard.onboard(id);
    sandbox.dashboard.restrict(id);
    sandbox.dashboard.disconnect(id);
    await sandbox.webhooks.settled();
    expect(got.map(({ event, at }) => [event.type, event.account, at])).toEqual([
      ...Array(3).fill(['account.updated', id, '/connect']),
      ['account.application.deauthorized', id, '/connect'],
    ]);
    expect((await stripe.events.list()).data).toEqual([]);
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });
});

describe('a destination charge', () => {
  it('goes on to the account, and its fee comes back', async () => {
    const account = await active();
    const charge = chargeOf(await paid(account));
    expect(charge).toMatchObject({
      amount: 5_000,
      application_fee_amount: 145,
      application_fee: { amount: 145, amount_refunded: 0, account },
      transfer_data: { destination: account },
    });
    expect(sandbox.state.transfers()).toMatchObject([
      { amount: 5_000, destination: account, amount_reversed: 0 },
    ]);
  });

  it('is refused to nobody, without an amount, and with a fee above it', async () => {
    const account = await active();
    expect(await refusalOf(open('acct_none'))).toMatchObject({ code: 'resource_missing' });
    expect(await refusalOf(open(account, { fee: 5_001 }))).toMatchObject({
      param: 'payment_intent_data[application_fee_amount]',
    });
    expect(await refusalOf(open(account, { amount: 29, fee: 0 }))).toMatchObject({
      code: 'amount_too_small',
    });
    expect(await refusalOf(open(account, { amount: 49, fee: 0, currency: 'jpy' }))).toMatchObject({
      code: 'amount_too_small',
    });
    expect(await refusalOf(open(account, { amount: 1_000_001, quantity: 100 }))).toMatchObject({
      code: 'amount_too_large',
    });
    expect(await refusalOf(open(account, { quantity: 0 }))).toMatchObject({
      code: 'parameter_invalid_integer',
    });
    expect(sandbox.state.checkoutSessions()).toEqual([]);
  });

  it('that is declined leaves the page open and says so; another card pays the same payment', async () => {
    const session = await open(await active());
    expect(await payOnPage(session.url ?? '', { card: '4000 0000 0000 0002' })).toMatchObject({
      status: 402,
    });
    expect(sandbox.state.events('payment_intent.payment_failed')).toHaveLength(1);
    expect(await payOnPage(session.url ?? '', { card: '4000 0027 6000 3184' })).toMatchObject({
      status: 303,
    });
    expect(sandbox.state.events('payment_intent.created')).toHaveLength(1);
    expect(sandbox.state.taken()).toBe(5_000);
  });

  it('ends with its page', async () => {
    const session = await open(await active());
    await payOnPage(session.url ?? '', { card: '4000 0000 0000 0002' });
    await stripe.checkout.sessions.expire(session.id);
    const read = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
    expect(read).toMatchObject({ status: 'expired', payment_intent: { status: 'canceled' } });
  });

  it.each([
    [true, 'paid', 'checkout.session.async_payment_succeeded', 5_000],
    [false, 'unpaid', 'checkout.session.async_payment_failed', 0],
  ] as const)(
    'by direct debit is complete at once and paid days later (%s)',
    async (collected, status, type, taken) => {
      const session = await paid(await active(), { debit: true });
      expect(session).toMatchObject({
        status: 'complete',
        payment_status: 'unpaid',
        payment_intent: { status: 'processing' },
      });
      sandbox.dashboard.endDebit(session.id, collected);
      expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ payment_status: status });
      expect(sandbox.state.events(type)).toHaveLength(1);
      expect(sandbox.state.taken()).toBe(taken);
    },
  );
});

describe('a refund of a destination charge', () => {
  const back = { reverse_transfer: true, refund_application_fee: true };

  it('takes its share from the account and gives it the fee’s share', async () => {
    const charge = chargeOf(await paid(await active()));
    const refund = await stripe.refunds.create({
      charge: charge.id,
      amount: 1_000,
      ...back,
      metadata: { refund_id: 'r-1' },
    });
    expect(refund).toMatchObject({ status: 'succeeded', amount: 1_000, metadata: { refund_id: 'r-1' } });
    expect(sandbox.state.transfers()).toMatchObject([{ amount_reversed: 1_000, reversed: false }]);
    expect(sandbox.state.applicationFees()).toMatchObject([{ amount_refunded: 29 }]);
    await stripe.refunds.create({ charge: charge.id, ...back });
    expect(sandbox.state.transfers()).toMatchObject([{ amount_reversed: 5_000, reversed: true }]);
    expect(sandbox.state.applicationFees()).toMatchObject([{ amount_refunded: 145, refunded: true }]);
  });

  it('is refused beyond what is left, in every way', async () => {
    const charge = chargeOf(await paid(await active()));
    await stripe.refunds.create({ charge: charge.id, amount: 4_000, ...back });
    expect(
      (await refusalOf(stripe.refunds.create({ charge: charge.id, amount: 1_001, ...back }))).message,
    ).toContain('greater than unrefunded amount');
    await stripe.refunds.create({ charge: charge.id, ...back });
    expect(await refusalOf(stripe.refunds.create({ charge: charge.id, ...back }))).toMatchObject({
      code: 'charge_already_refunded',
    });
  });

  it('waits for the bank where that is slow, and comes back where it fails', async () => {
    const charge = chargeOf(await paid(await active(), { card: '4000 0000 0000 7726' }));
    const slow = await stripe.refunds.create({ charge: charge.id, amount: 1_000, ...back });
    expect(slow.status).toBe('pending');
    sandbox.dashboard.settleRefund(slow.id);
    expect((await stripe.refunds.retrieve(slow.id)).status).toBe('succeeded');
    expect(sandbox.state.events('refund.updated')).toHaveLength(1);
    sandbox.dashboard.failRefund(slow.id);
    expect(await stripe.refunds.retrieve(slow.id)).toMatchObject({
      status: 'failed',
      failure_reason: expect.any(String),
    });
    expect((await stripe.charges.retrieve(charge.id)).amount_refunded).toBe(0);
  });

  it('reverses nothing that never went anywhere', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 1_000,
      currency: 'gbp',
      payment_method: 'pm_card_visa',
      confirm: true,
    });
    expect((await refusalOf(stripe.refunds.create({ payment_intent: intent.id, ...back }))).param).toBe(
      'reverse_transfer',
    );
  });
});

describe('webhook endpoints', () => {
  it('are made with a secret that is said once, and listed without it', async () => {
    const made = await stripe.webhookEndpoints.create({
      url: 'https://desk.example/stripe/webhook',
      connect: true,
      enabled_events: ['account.updated'],
    });
    expect(made.secret).toMatch(/^whsec_/);
    const [listed] = (await stripe.webhookEndpoints.list()).data;
    expect(listed).toMatchObject({ id: made.id, enabled_events: ['account.updated'] });
    expect(listed?.secret).toBeUndefined();
  });
});
