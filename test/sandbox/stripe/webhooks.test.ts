import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SeatShop, startSeatShop, subscribe } from './seat-fixture.ts';

interface Received {
  body: string;
  signature: string;
  event: Stripe.Event;
}

let shop: SeatShop;
let receiver: Server;
let received: Received[];
let answer: (count: number) => number;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

beforeEach(async () => {
  received = [];
  answer = () => 200;
  shop = await startSeatShop();
  receiver = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const signature = String(request.headers['stripe-signature']);
    try {
      const event = shop.stripe.webhooks.constructEvent(body, signature, shop.sandbox.webhookSecret);
      received.push({ body, signature, event });
      response.writeHead(answer(received.length)).end();
    } catch {
      response.writeHead(400).end();
    }
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  shop.sandbox.webhooks.retryDelaysMs = [1, 1, 1];
  shop.sandbox.webhooks.url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/stripe`;
});
afterEach(async () => {
  await shop.sandbox.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

const settled = () => shop.sandbox.webhooks.settled();
const ids = () => received.map(({ event }) => event.id);

describe('webhooks', () => {
  it('are signed so that the real library takes them, and no changed one', async () => {
    await shop.stripe.customers.create({ email: 'a@b.example' });
    await settled();
    expect(received.map(({ event }) => event.type)).toEqual(['customer.created']);
    const { body, signature } = received[0] ?? { body: '', signature: '' };
    const { webhooks } = shop.stripe;
    const changed = body.replace('a@b.example', 'x@b.example');
    expect(() => webhooks.constructEvent(changed, signature, shop.sandbox.webhookSecret)).toThrow();
    expect(() => webhooks.constructEvent(body, signature, 'whsec_other')).toThrow();
  });

  it('tell of each step of a first payment', async () => {
    await subscribe(shop, 3);
    await settled();
    const types = received.map(({ event }) => event.type);
    for (const type of [
      'customer.created',
      'payment_method.attached',
      'customer.subscription.created',
      'invoice.created',
      'invoice.finalized',
      'charge.succeeded',
      'payment_intent.succeeded',
      'invoice.paid',
      'invoice.payment_succeeded',
      'customer.subscription.updated',
    ]) {
      expect(types).toContain(type);
    }
  });

  it('name the request that caused them', async () => {
    const customer = await shop.stripe.customers.create({}, { idempotencyKey: 'made-by-hand' });
    await settled();
    expect(received[0]?.event.request).toEqual({
      id: customer.lastResponse.requestId,
      idempotency_key: 'made-by-hand',
    });
  });

  it('carry the old values of what changed', async () => {
    const { subscription, item } = await subscribe(shop, 3);
    await shop.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, quantity: 2 }],
      metadata: { plan: 'small' },
    });
    await settled();
    const update = received.findLast(({ event }) => event.type === 'customer.subscription.updated')?.event;
    const previous = update?.data.previous_attributes as {
      items: { data: { quantity: number }[] };
      metadata: object;
    };
    expect(previous.items.data[0]?.quantity).toBe(3);
    expect(previous.metadata).toEqual({ plan: null });
    expect(Object.keys(previous).sort()).toEqual(['items', 'metadata']);
  });

  it('are tried again until they are taken', async () => {
    answer = (count) => (count <= 2 ? 500 : 200);
    await shop.stripe.customers.create({});
    await settled();
    expect(new Set(ids()).size).toBe(1);
    expect(shop.sandbox.webhooks.attempts.map(({ status }) => status)).toEqual([500, 500, 200]);
    expect((await shop.stripe.events.retrieve(ids()[0] ?? '')).pending_webhooks).toBe(0);
  });

  it('are given up after the last attempt, and can be sent again', async () => {
    answer = () => 500;
    await shop.stripe.customers.create({});
    await settled();
    expect(received).toHaveLength(4);
    const [event] = shop.sandbox.state.events('customer.created');
    expect(event?.pending_webhooks).toBe(1);
    answer = () => 200;
    await shop.sandbox.webhooks.deliver(event?.id ?? '');
    expect(received).toHaveLength(5);
  });

  it('survive a receiver that is away', async () => {
    const { url } = shop.sandbox.webhooks;
    shop.sandbox.webhooks.url = 'http://127.0.0.1:1/';
    await shop.stripe.customers.create({});
    await settled();
    expect(shop.sandbox.webhooks.attempts.map(({ status }) => status)).toEqual([null, null, null, null]);
    shop.sandbox.webhooks.url = url;
  });

  it('can be held, and released shuffled and many times over', async () => {
    shop.sandbox.webhooks.hold();
    await subscribe(shop, 3);
    await settled();
    expect(received).toEqual([]);
    shop.sandbox.webhooks.release({ shuffle: true, copies: 5, parallel: 8 });
    await settled();
    const all = shop.sandbox.state.events().filter(({ type }) => !/^pr(ice|oduct)\./.test(type));
    expect(received).toHaveLength(all.length * 5);
    expect(new Set(ids())).toEqual(new Set(all.map(({ id }) => id)));
    expect(ids()).not.toEqual(all.flatMap(({ id }) => Array(5).fill(id)));
  });

  it('can be lost, and found in the list of events', async () => {
    shop.sandbox.webhooks.drop(({ type }) => type === 'customer.created');
    await subscribe(shop, 1);
    await settled();
    expect(received.map(({ event }) => event.type)).not.toContain('customer.created');
    shop.sandbox.webhooks.resume();
    const list = await shop.stripe.events.list({ types: ['customer.created'] });
    expect(list.data).toHaveLength(1);
  });

  it('can be doubled', async () => {
    shop.sandbox.webhooks.copies = 3;
    await shop.stripe.customers.create({});
    await settled();
    expect(received).toHaveLength(3);
    expect(new Set(ids()).size).toBe(1);
  });

  it('bear the sandbox’s time when told to', async () => {
    shop.sandbox.webhooks.signingClock = 'sandbox';
    receiver.removeAllListeners('request');
    let signature = '';
    receiver.on('request', (request, response) => {
      signature = String(request.headers['stripe-signature']);
      response.end();
    });
    await shop.stripe.customers.create({});
    await settled();
    expect(signature).toMatch(new RegExp(`^t=${Date.parse('2026-11-01T09:30:00Z') / 1000},v1=`));
  });
});

describe('the list of events', () => {
  it('goes back thirty days', async () => {
    await shop.stripe.customers.create({});
    const [event] = (await shop.stripe.events.list({ type: 'customer.created' })).data;
    shop.sandbox.clock.advance({ days: 30 });
    expect((await shop.stripe.events.list({ type: 'customer.created' })).data).toHaveLength(1);
    shop.sandbox.clock.advance({ seconds: 1 });
    expect((await shop.stripe.events.list({ type: 'customer.created' })).data).toEqual([]);
    await expect(shop.stripe.events.retrieve(event?.id ?? '')).rejects.toMatchObject({ statusCode: 404 });
  });

  it('can be walked from a known event on, and by time', async () => {
    const first = await shop.stripe.customers.create({ name: 'first' });
    shop.sandbox.clock.advance({ minutes: 1 });
    for (const name of ['second', 'third', 'fourth']) await shop.stripe.customers.create({ name });
    const all: string[] = [];
    for await (const event of shop.stripe.events.list({ types: ['customer.created'], limit: 2 }))
      all.push(event.id);
    expect(all).toHaveLength(4);
    const later = await shop.stripe.events.list({
      types: ['customer.created'],
      created: { gt: first.created },
    });
    expect(later.data.map(({ id }) => id)).toEqual(all.slice(0, 3));
    const newer = await shop.stripe.events.list({ types: ['customer.created'], ending_before: all[3] ?? '' });
    expect(newer.data.map(({ id }) => id)).toEqual(all.slice(0, 3));
  });
});
