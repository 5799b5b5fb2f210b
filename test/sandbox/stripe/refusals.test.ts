import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusalOf, type SeatShop, startSeatShop, subscribe } from './seat-fixture.ts';

let shop: SeatShop;

beforeAll(async () => {
  shop = await startSeatShop();
});
afterAll(() => shop.sandbox.close());

async function raw(path: string, init: RequestInit = {}) {
  const response = await fetch(`${shop.sandbox.url}${path}`, {
    ...init,
    headers: { Authorization: `Bearer ${shop.sandbox.secretKey}`, ...init.headers },
  });
  return { response, body: (await response.json()) as { error: Record<string, string> } };
}

describe('credentials', () => {
  it('answers a wrong key with 401', async () => {
    const { host, port } = shop.sandbox;
    const stranger = new Stripe('sk_test_wrong_key_1234', { host, port, protocol: 'http' });
    const error = await refusalOf(stranger.customers.list());
    expect(error).toBeInstanceOf(Stripe.errors.StripeAuthenticationError);
    expect(error.statusCode).toBe(401);
    expect(error.message).toContain('Invalid API Key provided: sk_test_');
    expect(error.message).not.toContain('wrong_key');
  });

  it('answers a missing key with 401', async () => {
    const response = await fetch(`${shop.sandbox.url}/v1/customers`);
    expect(response.status).toBe(401);
  });

  it('answers a connected account that it does not know with 403', async () => {
    const error = await refusalOf(shop.stripe.customers.list({}, { stripeAccount: 'acct_unknown' }));
    expect(error.statusCode).toBe(403);
    expect(error.code).toBe('account_invalid');
  });

  it('answers another API version with 400', async () => {
    const { response } = await raw('/v1/customers', { headers: { 'Stripe-Version': '2019-01-01' } });
    expect(response.status).toBe(400);
  });
});

describe('routes', () => {
  it('answers an unknown route with Stripe’s 404', async () => {
    const { response, body } = await raw('/v1/x');
    expect(response.status).toBe(404);
    expect(body.error.type).toBe('invalid_request_error');
    expect(body.error.message).toMatch(/^Unrecognized request URL \(GET: \/v1\/x\)\./);
  });

  it('does not know payouts', async () => {
    const error = await refusalOf(shop.stripe.payouts.list());
    expect(error.statusCode).toBe(404);
    expect(error.message).toContain('Unrecognized request URL (GET: /v1/payouts');
  });

  it('sends the request id and API version with every answer', async () => {
    const { lastResponse } = await shop.stripe.customers.list();
    expect(lastResponse.requestId).toMatch(/^req_\w+$/);
    expect(lastResponse.apiVersion).toBe('2026-10-28.endive');
    const error = await refusalOf(shop.stripe.customers.retrieve('cus_none'));
    expect(error.requestId).toMatch(/^req_\w+$/);
  });

  it('refuses a JSON body', async () => {
    const { response, body } = await raw('/v1/customers', {
      method: 'POST',
      body: '{"email":"a@b.c"}',
      headers: { 'Content-Type': 'application/json' },
    });
    expect(response.status).toBe(400);
    expect(body.error.message).toContain('application/x-www-form-urlencoded');
  });
});

describe('parameters', () => {
  const post = (path: string, form: string) =>
    raw(path, {
      method: 'POST',
      body: form,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });

  it('refuses an unknown parameter by name, with the one that was meant', async () => {
    const { response, body } = await post('/v1/customers', 'emial=a@b.c');
    expect(response.status).toBe(400);
    expect(body.error).toMatchObject({
      code: 'parameter_unknown',
      param: 'emial',
      message: 'Received unknown parameter: emial. Did you mean email?',
    });
  });

  it('refuses an unknown parameter inside a list', async () => {
    const { body } = await post('/v1/subscriptions', 'customer=cus_1&items[0][price]=p&items[0][seats]=3');
    expect(body.error).toMatchObject({ code: 'parameter_unknown', param: 'items[0][seats]' });
  });

  it('refuses what Checkout no longer takes', async () => {
    const { body } = await post('/v1/checkout/sessions', 'mode=payment&payment_method_types[0]=card');
    expect(body.error).toMatchObject({ code: 'parameter_unknown', param: 'payment_method_types' });
  });

  it('refuses a missing parameter by name', async () => {
    const { body } = await post('/v1/subscriptions', 'items[0][price]=p');
    expect(body.error).toMatchObject({
      code: 'parameter_missing',
      param: 'customer',
      message: 'Missing required param: customer.',
    });
    const inner = await post('/v1/subscriptions', 'customer=cus_1&items[0][quantity]=3');
    expect(inner.body.error).toMatchObject({ code: 'parameter_missing', param: 'items[0][price]' });
  });

  it.each([
    ['/v1/prices', 'currency=gbp&product=p&unit_amount=5.99', 'parameter_invalid_integer', 'unit_amount'],
    ['/v1/prices', 'currency=pounds&product=p&unit_amount=599', 'parameter_invalid_currency', 'currency'],
    ['/v1/prices', 'currency=gbp&product=p&unit_amount=1&active=yes', 'parameter_invalid_boolean', 'active'],
    [
      '/v1/prices',
      'currency=gbp&product=p&unit_amount=1&recurring[interval]=eon',
      'parameter_invalid_enum',
      'recurring[interval]',
    ],
    ['/v1/customers', 'email=nobody', 'email_invalid', 'email'],
    ['/v1/products', 'name=', 'parameter_invalid_empty', 'name'],
    ['/v1/customers', `metadata[a]=${'x'.repeat(501)}`, 'parameter_invalid', 'metadata'],
    ['/v1/billing_portal/sessions', 'customer=c&return_url=javascript:alert(1)', 'url_invalid', 'return_url'],
  ])('refuses a wrong value: %s %s', async (path, form, code, param) => {
    const { response, body } = await post(path, form);
    expect(response.status).toBe(400);
    expect(body.error).toMatchObject({ code, param });
  });

  it('says so when a real parameter is not simulated', async () => {
    const { body } = await post('/v1/customers', 'source=tok_visa');
    expect(body.error).toMatchObject({ code: 'sandbox_not_simulated', param: 'source' });
  });
});

describe('objects', () => {
  it('answers an id in the path that does not exist with 404', async () => {
    const error = await refusalOf(shop.stripe.subscriptions.retrieve('sub_none'));
    expect(error).toMatchObject({ statusCode: 404, code: 'resource_missing', param: 'id' });
    expect(error.message).toBe("No such subscription: 'sub_none'");
  });

  it('answers an id in a parameter that does not exist with 400', async () => {
    const error = await refusalOf(
      shop.stripe.subscriptions.create({ customer: 'cus_none', items: [{ price: shop.price.id }] }),
    );
    expect(error).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'customer' });
  });

  it('refuses changes of a canceled subscription, except its metadata', async () => {
    const { subscription, item } = await subscribe(shop, 2);
    await shop.stripe.subscriptions.cancel(subscription.id);
    const error = await refusalOf(
      shop.stripe.subscriptions.update(subscription.id, { items: [{ id: item.id, quantity: 3 }] }),
    );
    expect(error.message).toBe(
      'A canceled subscription can only update its cancellation_details and metadata.',
    );
    const updated = await shop.stripe.subscriptions.update(subscription.id, { metadata: { kept: 'yes' } });
    expect(updated.metadata).toEqual({ kept: 'yes' });
    expect((await refusalOf(shop.stripe.subscriptions.cancel(subscription.id))).statusCode).toBe(404);
  });

  it('refuses a subscription item of another subscription', async () => {
    const mine = await subscribe(shop, 1);
    const other = await subscribe(shop, 1);
    const error = await refusalOf(
      shop.stripe.subscriptions.update(mine.subscription.id, { items: [{ id: other.item.id, quantity: 9 }] }),
    );
    expect(error).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'items[0][id]' });
  });

  it('refuses to subscribe a customer without a card', async () => {
    const customer = await shop.stripe.customers.create({ email: 'poor@example.com' });
    const error = await refusalOf(
      shop.stripe.subscriptions.create({ customer: customer.id, items: [{ price: shop.price.id }] }),
    );
    expect(error).toMatchObject({ statusCode: 400, code: 'resource_missing' });
    expect(shop.sandbox.state.subscriptions({ customer: customer.id })).toEqual([]);
  });

  it('refuses to attach a card whose bank says no', async () => {
    const customer = await shop.stripe.customers.create({});
    const error = await refusalOf(
      shop.stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer: customer.id }),
    );
    expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined', decline_code: 'generic_decline' });
  });

  it('refuses a property that cannot be expanded', async () => {
    const { subscription } = await subscribe(shop, 1);
    const error = await refusalOf(shop.stripe.subscriptions.retrieve(subscription.id, { expand: ['owner'] }));
    expect(error.message).toBe('This property cannot be expanded (owner).');
  });
});
