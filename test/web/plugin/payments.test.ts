import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { payOnPage } from '../../sandbox/stripe/shopper.ts';
import { openWorld, type TestWorld } from '../../setup/desk.ts';
import { addProduct, type Begun, openShop, type Shop } from './shop.ts';

let world: TestWorld;
let shop: Shop;
let other: Shop;
beforeAll(async () => {
  world = await openWorld({ PLATFORM_FEE_PERCENT: '2.5', PLATFORM_FEE_FIXED: '20' });
  shop = await openShop(world);
  other = await openShop(world, { host: 'other.example.org', name: 'Other Support' });
});
afterAll(() => world?.stop());

const row = (id: string) => world.context.database.payment.findUniqueOrThrow({ where: { id } });
const begun = async (...given: Parameters<Shop['begin']>) => {
  const { status, body } = await shop.begin(...given);
  expect(status, JSON.stringify(body)).toBe(201);
  return body as unknown as Begun;
};
const sessions = () => world.stripe.state.checkoutSessions();

describe('a payment on a website', () => {
  it('is begun from a listed page, paid on Stripe’s, and comes back paid, with the money at the organization and the fee here', async () => {
    const { body, status } = await shop.ask('/payments', {
      bearer: await shop.session('payments'),
      headers: { 'idempotency-key': randomUUID() },
      body: {
        product: shop.productId,
        quantity: 2,
        email: 'Cara@Customer.example',
        reference: 'order 7',
        successUrl: 'https://shop.example.com/thanks?a=%20b#top',
        cancelUrl: 'https://www.shop.example.com/cart',
      },
    });
    expect(status).toBe(201);
    const { payment, url } = body as unknown as Begun;
    expect(payment).toEqual({ id: expect.any(String), status: 'pending', amount: 5_198, currency: 'gbp' });
    const paid = await payOnPage(String(url));
    expect(paid.redirectedTo).toBe(
      `https://shop.example.com/thanks?a=%20b&orgdesk_payment=${payment.id}#top`,
    );
    await world.settle();
    const read = await shop.ask(`/payments/${payment.id}`, { bearer: await shop.session('payments') });
    expect(read.body).toEqual({
      id: payment.id,
      status: 'paid',
      amount: 5_198,
      currency: 'gbp',
      product: shop.productId,
      quantity: 2,
      reference: 'order 7',
    });
    // 2.5 % of 5198 is 129.95, and 20 besides.
    expect(await row(payment.id)).toMatchObject({
      fee: 150,
      email: 'cara@customer.example',
      origin: 'https://shop.example.com',
      paymentIntentId: expect.stringMatching(/^pi_/),
      checkoutUrl: null,
    });
    expect(world.stripe.state.transfers().at(-1)).toMatchObject({
      amount: 5_198,
      destination: shop.accountId,
    });
    expect(world.stripe.state.applicationFees().at(-1)).toMatchObject({
      amount: 150,
      account: shop.accountId,
    });
  });

  it('is the same payment and page however often its request is sent, also at once', async () => {
    const idempotencyKey = 'order-8';
    const before = sessions().length;
    const answers = await Promise.all(Array.from({ length: 20 }, () => shop.begin({}, { idempotencyKey })));
    // Stripe answers 409 to what meets a call under the same key: that is asked again.
    for (const { status } of answers) expect([201, 503]).toContain(status);
    const again = await shop.begin({}, { idempotencyKey });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const made = [...answers, again]
      .filter(({ status }) => status === 201)
      .map(({ body }) => JSON.stringify(body));
    expect(new Set(made).size).toBe(1);
    expect(sessions()).toHaveLength(before + 1);
    expect(await world.context.database.payment.count({ where: { requestKey: 'server:order-8' } })).toBe(1);
    const mismatch = await shop.begin({ quantity: 3 }, { idempotencyKey });
    expect([mismatch.status, mismatch.body.code]).toEqual([422, 'idempotency_mismatch']);
  });

  it('shares no key with another organization, nor a server’s with a browser’s', async () => {
    const idempotencyKey = 'order-9';
    const ours = await begun({}, { idempotencyKey });
    const theirs = await other.begin({}, { idempotencyKey });
    expect(theirs.status).toBe(201);
    const browsers = await begun(
      { quantity: 1 },
      {
        idempotencyKey,
        origin: shop.origin,
        key: shop.key,
        bearer: await shop.session('payments'),
      },
    );
    expect(
      new Set([ours.payment.id, (theirs.body as unknown as Begun).payment.id, browsers.payment.id]).size,
    ).toBe(3);
  });

  it('is counted in whole yen where there are no smaller ones', async () => {
    const product = await shop.sell({ unitAmount: 500, currency: 'jpy' });
    const { payment, url } = await begun({ product, quantity: 3 });
    expect(payment).toMatchObject({ amount: 1_500, currency: 'jpy' });
    await payOnPage(String(url));
    await world.settle();
    // 37.5 is 38, and 20 besides.
    expect(await row(payment.id)).toMatchObject({ status: 'paid', fee: 58, amount: 1_500 });
    expect(world.stripe.state.charges().at(-1)).toMatchObject({
      amount: 1_500,
      currency: 'jpy',
      application_fee_amount: 58,
    });
  });

  it('is not replayed as payable when it was paid', async () => {
    const idempotencyKey = 'order-10';
    const { url } = await begun({}, { idempotencyKey });
    await payOnPage(String(url));
    await world.settle();
    expect(await begun({}, { idempotencyKey })).toMatchObject({ payment: { status: 'paid' }, url: null });
  });
});

describe('a page cannot', () => {
  it.each(['amount', 'price', 'unitAmount', 'unit_amount', 'currency', 'fee', 'destination', 'name'])(
    'set the %s',
    async (field) => {
      const { status, body } = await shop.begin({ [field]: 1 });
      expect(status).toBe(400);
      expect(body.errors).toEqual([{ field, detail: 'There is no such field.' }]);
    },
  );

  it.each([[0], [101], [1.5], ['2'], [null], [-1]])('buy %j of something', async (quantity) => {
    const { status, body } = await shop.begin({ quantity });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ field: 'quantity' }]);
  });

  it.each([
    ['http://shop.example.com/thanks', 'return_url_unlisted'],
    ['https://evil.example/thanks', 'return_url_unlisted'],
    ['https://evil-shop.example.com/', 'return_url_unlisted'],
    ['https://shop.example.com.evil.net/', 'return_url_unlisted'],
    ['https://shop.example.com:8443/', 'return_url_unlisted'],
    ['https://shop.example.com./', 'return_url_unlisted'],
    ['https://sub.shop.example.com/', 'return_url_unlisted'],
    ['https://user@shop.example.com/', 'return_url_form'],
    ['https://@shop.example.com/', 'return_url_form'],
    ['https://shop.example.com@evil.example/', 'return_url_form'],
    ['https:\\\\shop.example.com\\@evil.example/', 'return_url_form'],
    ['https:shop.example.com/', 'return_url_form'],
    ['https://shop.example.com/\n', 'return_url_form'],
    ['javascript:alert(1)', 'return_url_form'],
    ['data:text/html,x', 'return_url_form'],
    ['/thanks', 'return_url_form'],
    ['null', 'return_url_form'],
    ['', 'return_url_form'],
    [`https://shop.example.com/${'x'.repeat(2_000)}`, 'return_url_form'],
    ['http://localhost:3000/', 'return_url_unlisted'],
  ])('be left for %j', async (url, code) => {
    for (const field of ['successUrl', 'cancelUrl']) {
      const { status, body } = await shop.begin({ [field]: url });
      expect([status, body.code]).toEqual([400, code]);
      expect(body.errors).toMatchObject([{ field }]);
    }
  });

  it('put another payment into its address', async () => {
    const { payment, url } = await begun({ successUrl: 'https://shop.example.com/?orgdesk_payment=x&b=1' });
    expect((await row(payment.id)).successUrl).toBe(
      `https://shop.example.com/?b=1&orgdesk_payment=${payment.id}`,
    );
    expect(url).not.toBeNull();
  });

  it.each([['nobody'], ['a@b'], [''], [`${'a'.repeat(250)}@example.com`]])('pay as %j', async (email) => {
    const { status, body } = await shop.begin({ email });
    expect([status, body.errors?.[0]?.field]).toEqual([400, 'email']);
  });

  it.each([['a\u0000b'], ['a\nb'], ['\ud800'], [''], ['x'.repeat(201)]])('refer to %j', async (reference) => {
    const { status, body } = await shop.begin({ reference });
    expect(status, JSON.stringify(body)).toBe(400);
  });

  it('go without an Idempotency-Key', async () => {
    const { status } = await shop.begin({}, { headers: { 'idempotency-key': '' } });
    expect(status).toBe(400);
  });

  it('sell what is another’s, what is unknown, or what is off sale', async () => {
    const off = await shop.sell({ active: false });
    for (const [product, expected] of [
      [other.productId, [404, 'product_unknown']],
      [randomUUID(), [404, 'product_unknown']],
      ['1 OR 1=1', [404, 'product_unknown']],
      [off, [409, 'product_inactive']],
    ] as const) {
      const { status, body } = await shop.begin({ product });
      expect([status, body.code]).toEqual(expected);
    }
  });

  it('take more than Stripe takes, or less', async () => {
    const dear = await shop.sell({ unitAmount: 1_000_000 });
    const most = await shop.begin({ product: dear, quantity: 100 });
    expect([most.status, most.body.code]).toEqual([400, 'payment_too_large']);
    expect((await shop.begin({ product: dear, quantity: 99 })).status).toBe(201);
    const overflow = await shop.sell({ unitAmount: 2_147_483_647 });
    expect((await shop.begin({ product: overflow, quantity: 100 })).body.code).toBe('payment_too_large');
    const cheap = await shop.sell({ unitAmount: 29 });
    const least = await shop.begin({ product: cheap, quantity: 1 });
    expect([least.status, least.body.code]).toEqual([400, 'payment_too_small']);
    expect((await shop.begin({ product: cheap, quantity: 2 })).status).toBe(201);
  });

  it('see another organization’s payment', async () => {
    const { payment } = await begun();
    for (const id of [payment.id, randomUUID(), 'x', '%00']) {
      const seen = await other.ask(`/payments/${id}`, { origin: null, key: null, bearer: other.secret });
      expect([seen.status, seen.body.code]).toEqual([404, 'payment_unknown']);
    }
  });

  it('pay without a session for payments, or from elsewhere', async () => {
    const fromPage = async (options: object) =>
      (await shop.begin({}, { origin: shop.origin, key: shop.key, ...options })).status;
    expect(await fromPage({ bearer: await shop.session('tickets') })).toBe(401);
    expect(await fromPage({ bearer: await other.session('payments') })).toBe(401);
    expect(await fromPage({ bearer: await shop.session('payments'), origin: 'https://evil.example' })).toBe(
      403,
    );
    expect(await fromPage({ bearer: await shop.session('payments'), origin: null })).toBe(403);
    expect(await fromPage({ bearer: shop.secret })).toBe(403);
    const tickets = await shop.addSecret(['tickets']);
    expect((await shop.begin({}, { bearer: tickets })).body.code).toBe('scope_missing');
  });
});

describe('an organization takes no payments', () => {
  it('while its account is not active', async () => {
    const { context, stripe } = world;
    const begins = async () => (await other.begin()).body.code;
    stripe.dashboard.restrict(other.accountId);
    await world.settle();
    expect(await begins()).toBe('payments_not_active');
    stripe.dashboard.onboard(other.accountId, 'complete');
    await world.settle();
    expect(await begins()).toBeUndefined();
    await context.database.paymentAccount.delete({ where: { accountId: other.accountId } });
    const { status, body } = await other.begin();
    expect([status, body.code]).toEqual([409, 'payments_not_active']);
  });

  it('that Stripe has switched off a moment ago, and then reads its account', async () => {
    const late = await openShop(world, { host: 'late.example.net', name: 'Late Support' });
    world.stripe.webhooks.drop(({ account }) => account !== undefined);
    world.stripe.dashboard.restrict(late.accountId);
    const idempotencyKey = 'refused-1';
    expect((await late.begin({}, { idempotencyKey })).body.code).toBe('payments_not_active');
    await world.settle();
    world.stripe.webhooks.resume();
    const account = await world.context.database.paymentAccount.findUniqueOrThrow({
      where: { accountId: late.accountId },
    });
    expect(account).toMatchObject({ chargesEnabled: false, disabledReason: 'requirements.past_due' });
    // What was the reason then need not be one any more: the same request is told how to go on.
    world.stripe.dashboard.onboard(late.accountId, 'complete');
    await world.settle();
    const again = await late.begin({}, { idempotencyKey });
    expect([again.status, again.body.code]).toEqual([409, 'payment_refused']);
    expect(again.body.detail).toContain('under a new Idempotency-Key');
    expect((await late.begin()).status).toBe(201);
  });

  it('while its subscription has ended, or it is being deleted', async () => {
    const { database, newId, now } = world.context;
    const closing = await openShop(world, { host: 'closing.example.net', name: 'Closing Support' });
    const { organizationId, desk } = closing;
    const set = (subscriptionStatus: 'canceled' | 'active') =>
      database.organization.update({
        where: { id: organizationId },
        data: { subscriptionId: `sub_${organizationId}`, subscriptionStatus },
      });
    await set('canceled');
    expect((await closing.begin()).body.code).toBe('payments_closed');
    await set('active');
    await database.organizationDeletion.create({
      data: {
        id: newId(),
        organizationId,
        teamId: desk.teamId,
        requestedBy: 'U1',
        status: 'requested',
        requestedAt: now(),
      },
    });
    expect((await closing.begin()).body.code).toBe('payments_closed');
  });
});

describe('the list of products', () => {
  it('has what is on sale, for anybody with the key, and nothing else', async () => {
    const website = await openShop(world, { host: 'list.example.net', name: 'List Support' });
    await addProduct(world, website.organizationId, { name: 'Off', active: false });
    const { status, body } = await website.ask('/products');
    expect(status).toBe(200);
    expect(body).toEqual([
      { id: website.productId, name: 'Blue kettle', unitAmount: 2_599, currency: 'gbp' },
    ]);
    expect((await website.ask('/products', { key: null })).status).toBe(403);
  });
});

describe('while Stripe', () => {
  const oncePaid = async (idempotencyKey: string) => {
    const before = await world.context.database.payment.findFirstOrThrow({
      where: { requestKey: `server:${idempotencyKey}` },
    });
    const found = () => sessions().filter(({ client_reference_id: id }) => id === before.id);
    return { paymentId: before.id, found };
  };

  it.each([
    '500-before',
    'drop-before',
    '429',
    'acted-then-drop',
    '500-stored',
    'acted-then-500-stored',
  ] as const)('fails (%s), the same request ends in one payment that can be paid', async (kind) => {
    const idempotencyKey = `fault-${kind}`;
    // Stripe's library repeats a dropped call once by itself.
    const times = kind === 'drop-before' || kind === 'acted-then-drop' ? 2 : 1;
    world.stripe.faults.next({ kind, method: 'POST', path: '/v1/checkout/sessions', times });
    const first = await shop.begin({}, { idempotencyKey });
    expect([201, 503]).toContain(first.status);
    if (first.status === 503) {
      expect(first.body.code).toBe('stripe_unavailable');
      expect(first.headers.get('retry-after')).toBe('5');
    }
    const { url, payment } = await begun({}, { idempotencyKey });
    const { paymentId, found } = await oncePaid(idempotencyKey);
    expect(payment.id).toBe(paymentId);
    expect(found()).toHaveLength(1);
    await payOnPage(String(url));
    await world.settle();
    expect((await row(payment.id)).status).toBe('paid');
  });
});
