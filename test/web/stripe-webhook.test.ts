import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { pino } from 'pino';
import Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWebhookVerifier } from '../../src/clients/stripe/webhook-signature.ts';
import { createDatabase, type Database } from '../../src/database/client.ts';
import { checkoutReturnRoutes } from '../../src/web/checkout-return.ts';
import { type RunningServer, startServer } from '../../src/web/server.ts';
import { stripeWebhookRoutes } from '../../src/web/stripe-webhook.ts';
import { START, testContext } from '../setup/context.ts';
import { createTestDatabase, type TestDatabase } from '../setup/database.ts';

const secret = 'whsec_test';
const { webhooks } = new Stripe('sk_test_1');
let testDatabase: TestDatabase;
let database: Database;
let server: RunningServer;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = createDatabase(testDatabase.url);
  const context = testContext(database);
  const pages = new Hono<{ Bindings: HttpBindings }>()
    .route('/', stripeWebhookRoutes({ context, verifyStripeEvent: createWebhookVerifier(secret) }))
    .route('/', checkoutReturnRoutes({ context }));
  const slack = { handle: () => {}, idle: async () => {} };
  server = await startServer({ port: 0, host: '127.0.0.1', slack, pages, log: pino({ level: 'silent' }) });
});
afterAll(async () => {
  await server.stop();
  await database.$disconnect();
  await testDatabase.drop();
});
beforeEach(async () => {
  await database.intake.deleteMany();
  await database.outboxRow.deleteMany();
});

const at = (path: string) => `http://127.0.0.1:${server.port}${path}`;
const event = (id: string) =>
  JSON.stringify({ id, object: 'event', type: 'invoice.paid', data: { object: {} } });
const sign = (payload: string, shift = 0, by = secret) =>
  webhooks.generateTestHeaderString({ payload, secret: by, timestamp: START.getTime() / 1000 + shift });
const post = (body: string | Uint8Array<ArrayBuffer>, signature: string | [string, string][]) =>
  fetch(at('/stripe/webhook'), {
    method: 'POST',
    body,
    headers: typeof signature === 'string' ? [['stripe-signature', signature]] : signature,
  });
const stored = () => database.intake.findMany();
const jobs = () => database.outboxRow.findMany({ where: { topic: 'stripe.event' } });

describe('a webhook of Stripe', () => {
  it('is stored as it came, with its job, and answered 200', async () => {
    const body = event('evt_1').replace(
      '{',
      '{\n  "caf\u00e9": "\u0000\ud83d\ude00", '.replace('\u0000', '\\u0000'),
    );
    const response = await post(body, sign(body));
    expect(response.status).toBe(200);
    expect(await stored()).toMatchObject([{ key: 'stripe:evt_1', body: new Uint8Array(Buffer.from(body)) }]);
    expect(await jobs()).toMatchObject([{ payload: { key: 'stripe:evt_1' }, status: 'pending' }]);
  });

  it('is one row and one job, though it comes 100 times at once', async () => {
    const body = event('evt_2');
    const responses = await Promise.all(Array.from({ length: 100 }, () => post(body, sign(body))));
    expect(responses.every(({ status }) => status === 200)).toBe(true);
    expect(await stored()).toHaveLength(1);
    expect(await jobs()).toHaveLength(1);
  });

  const body = event('evt_3');
  it.each<[string, string | Uint8Array<ArrayBuffer>, string | [string, string][]]>([
    ['a wrong secret', body, sign(body, 0, 'whsec_other')],
    ['a stale signature', body, sign(body, -301)],
    ['a signature of a day ahead', body, sign(body, 86_400)],
    ['a signature cut short', body, sign(body).slice(0, 40)],
    ['no signature', body, []],
    [
      'two signature headers',
      body,
      [
        ['stripe-signature', sign(body)],
        ['stripe-signature', sign(body)],
      ],
    ],
    ['random bytes', Buffer.from([0, 255, 254, 128, 10]), sign(body)],
    ['another body', `${body} `, sign(body)],
    ['the JSON null', 'null', sign('null')],
    ['a JSON array', '[]', sign('[]')],
    ['no JSON', 'evt_3', sign('evt_3')],
    ['an empty body', '', sign(' ')],
  ])('with %s is 400 and changes nothing', async (_, payload, signature) => {
    const response = await post(payload, signature);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await stored()).toEqual([]);
    expect(await jobs()).toEqual([]);
  });

  it('is taken by POST alone', async () => {
    expect((await fetch(at('/stripe/webhook'))).status).toBe(404);
  });
});

describe('the pages after Checkout', () => {
  it.each([
    ['/checkout/paid', 'as soon as Stripe has confirmed'],
    ['/checkout/left', 'nothing was charged'],
  ])('%s says what happens next', async (path, sentence) => {
    const response = await fetch(at(path));
    expect(response.status).toBe(200);
    expect(await response.text()).toContain(sentence);
  });
});
