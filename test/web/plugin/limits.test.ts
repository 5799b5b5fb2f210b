import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { conversationPath } from '../../../src/domain/tickets/conversation/conversation-token.ts';
import { openWorld, type TestWorld } from '../../setup/desk.ts';
import { openCustomer } from './customer.ts';
import { type Answer, openWebsite, ticketForm, type Website } from './website.ts';

let world: TestWorld;
let shop: Website;
beforeAll(async () => {
  world = await openWorld({ TRUSTED_PROXIES: '1' });
  shop = await openWebsite(world);
});
afterAll(() => world?.stop());
// An organization's minute is over between them.
beforeEach(() => world.advance({ seconds: 61 }));

let addresses = 0;
/** An address that nobody has asked from. */
const fresh = () => {
  addresses += 1;
  return `198.51.${Math.floor(addresses / 250)}.${addresses % 250}`;
};

async function open(site: Website, from: string, email?: string, url?: string): Promise<Answer> {
  const headers = { 'x-forwarded-for': from };
  const { body } = await site.ask('/sessions', {
    body: { purpose: 'tickets' },
    headers: { 'x-forwarded-for': fresh() },
  });
  const form = ticketForm(email === undefined ? {} : { requester: { email } });
  const asked = { bearer: body.session ?? '', body: form, headers };
  return url === undefined ? site.ask('/tickets', asked) : askAt(url, site, asked);
}

async function askAt(url: string, site: Website, asked: { bearer: string; body: unknown; headers: object }) {
  const response = await fetch(`${url}/plugin/v1/tickets?key=${site.key}`, {
    method: 'POST',
    headers: {
      origin: site.origin,
      authorization: `Bearer ${asked.bearer}`,
      'content-type': 'application/json',
      ...asked.headers,
    },
    body: JSON.stringify(asked.body),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer['body'],
  };
}

/** Asks until it is too often; how often it was not. */
async function until429(ask: () => Promise<Answer>): Promise<{ passed: number; refused: Answer }> {
  for (let passed = 0; passed < 200; passed += 1) {
    const answer = await ask();
    if (answer.status === 429) return { passed, refused: answer };
    expect(answer.status).toBe(201);
  }
  throw new Error('There is no limit.');
}

/** As if so many had asked within the time of the limit. */
async function count(key: string, points: number) {
  const { rateLimit } = world.context.database;
  await rateLimit.update({ where: { key }, data: { points } });
}

const tickets = () => world.context.database.ticket.count();

describe('tickets for one e-mail address', () => {
  it('are five an hour, over all organizations, and the sixth is told when', async () => {
    const other = await openWebsite(world, { host: 'other.example.com' });
    const email = 'victim@customer.example';
    for (const site of [shop, other, shop, other])
      expect((await open(site, fresh(), email)).status).toBe(201);
    expect((await open(other, fresh(), 'Victim+more@Customer.example')).status).toBe(201);
    const before = await tickets();
    const { status, headers, body } = await open(shop, fresh(), email);
    expect([status, body.code, body.errors?.[0]?.field]).toEqual([429, 'too_often', 'requester.email']);
    const seconds = Number(headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(3500);
    expect(seconds).toBeLessThanOrEqual(3600);
    expect(headers.get('access-control-allow-origin')).toBe(shop.origin);
    expect(headers.get('access-control-expose-headers')).toMatch(/retry-after/i);
    expect(await tickets()).toBe(before);
    expect((await open(shop, fresh(), 'neighbour@customer.example')).status).toBe(201);
    await world.advance({ seconds: seconds - 10 });
    expect((await open(shop, fresh(), email)).status).toBe(429);
    await world.advance({ seconds: 11 });
    expect((await open(shop, fresh(), email)).status).toBe(201);
  });

  it('are no more than five where twenty come at once, to two processes', async () => {
    const another = await world.startAnother('web');
    const email = 'storm@customer.example';
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        open(shop, fresh(), email, index % 2 ? `http://127.0.0.1:${another.port}` : undefined),
      ),
    );
    await another.stop();
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([
      ...Array.from({ length: 5 }, () => 201),
      ...Array.from({ length: 15 }, () => 429),
    ]);
  });

  it('count only what was taken', async () => {
    const email = 'careful@customer.example';
    const bearer = await shop.session();
    for (let time = 0; time < 8; time += 1) {
      const form = ticketForm({ title: '', requester: { email } });
      const answer = await shop.ask('/tickets', {
        bearer,
        body: form,
        headers: { 'x-forwarded-for': fresh() },
      });
      expect(answer.status).toBe(400);
    }
    expect((await open(shop, fresh(), email)).status).toBe(201);
  });
});

describe('one organization', () => {
  it.each([
    ['openings', 60, 60],
    ['openingsHourly', 600, 3600],
  ])('opens so many tickets from browsers: %s', async (limit, most, seconds) => {
    const [busy, other] = [
      await openWebsite(world, { host: `${limit.toLowerCase()}.example.com` }),
      await openWebsite(world, { host: `other-${limit.toLowerCase()}.example.com` }),
    ];
    expect((await open(busy, fresh())).status).toBe(201);
    const key = `${limit}:${busy.desk.organizationId}`;
    await count(key, most - 1);
    const headers = { 'idempotency-key': 'once' };
    const once = { bearer: await busy.session(), headers, body: ticketForm() };
    expect((await busy.ask('/tickets', once)).status).toBe(201);
    const email = `${limit.toLowerCase()}@customer.example`;
    const before = await tickets();
    const refused = await open(busy, fresh(), email);
    expect([refused.status, refused.body.code, refused.body.errors]).toEqual([429, 'too_often', undefined]);
    expect(refused.body.detail).toContain('on this organization’s websites');
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(seconds);
    expect(await tickets()).toBe(before);
    // What was refused counts for no address, and what was done before is told nevertheless.
    expect(
      await world.context.database.rateLimit.findUnique({ where: { key: `email:${email}` } }),
    ).toMatchObject({
      points: 0,
    });
    expect((await busy.ask('/tickets', once)).status).toBe(201);
    const server = { origin: null, key: null, bearer: await busy.addSecret(), body: ticketForm() };
    expect((await busy.ask('/tickets', server)).status).toBe(201);
    expect((await open(other, fresh())).status).toBe(201);
    await world.advance({ seconds: seconds + 1 });
    expect((await open(busy, fresh())).status).toBe(201);
  });
});

describe('one client address', () => {
  it('opens thirty tickets in ten minutes', async () => {
    const from = fresh();
    const { passed, refused } = await until429(() => open(shop, from));
    expect(passed).toBe(30);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(600);
    expect((await open(shop, fresh())).status).toBe(201);
    await world.advance({ seconds: 601 });
    expect((await open(shop, from)).status).toBe(201);
  });

  it('is the entry that our proxy wrote, whatever the client wrote in front of it', async () => {
    const from = fresh();
    let forged = 0;
    const { passed } = await until429(() => {
      forged += 1;
      return open(shop, `10.0.0.${forged}, ${from}`);
    });
    expect(passed).toBe(30);
  });

  it('is a whole /64 of IPv6', async () => {
    let host = 0;
    const { passed } = await until429(() => {
      host += 7;
      return open(shop, `2001:db8:7:7::${host.toString(16)}`);
    });
    expect(passed).toBe(30);
    expect((await open(shop, '2001:db8:7:8::1')).status).toBe(201);
  });

  it('begins sessions at a limit of its own', async () => {
    const headers = { 'x-forwarded-for': fresh() };
    const { passed } = await until429(() => shop.ask('/sessions', { body: { purpose: 'tickets' }, headers }));
    expect(passed).toBe(120);
  });

  it.each([
    // Of what there is not: it gets as far as looking for it.
    ['begins thirty payments', 'payments', 30, 404],
    ['reads payments six hundred times', 'reads', 600, 404],
    ['reads products six hundred times', 'reads', 600, 200],
  ] as const)('%s in ten minutes', async (what, limit, most, status) => {
    const bearer = await shop.session('payments');
    const ask = (from: string) => {
      const headers = { 'x-forwarded-for': from, 'idempotency-key': world.context.newId() };
      if (what.includes('products')) return shop.ask('/products', { headers });
      if (limit === 'reads') return shop.ask(`/payments/${world.context.newId()}`, { bearer, headers });
      const [successUrl, cancelUrl] = [`${shop.origin}/thanks`, `${shop.origin}/cart`];
      const body = { product: world.context.newId(), email: 'cara@customer.example', successUrl, cancelUrl };
      return shop.ask('/payments', { bearer, headers, body });
    };
    const from = fresh();
    expect((await ask(from)).status).toBe(status);
    await count(`${limit}:${from}`, most - 1);
    expect((await ask(from)).status).toBe(status);
    const { status: refused, body, headers } = await ask(from);
    expect([refused, body.code]).toEqual([429, 'too_often']);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(600);
    expect((await ask(fresh())).status).toBe(status);
    await world.advance({ seconds: 301 });
    expect((await ask(from)).status).toBe(429);
    await world.advance({ seconds: 300 });
  });
});

describe('one conversation', () => {
  const png =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

  it('is opened six hundred times in ten minutes, in whatever way', async () => {
    const customer = await openCustomer(world, shop);
    const page = `${world.url}${conversationPath(customer.token)}`;
    expect((await customer.ask()).status).toBe(200);
    await count(`opens:${customer.ticketId}`, 598);
    expect((await customer.ask()).status).toBe(200);
    expect((await fetch(page)).status).toBe(200);
    for (const path of ['', '/events', '/attachments/x']) {
      const { status, body, headers } = await customer.ask(path);
      expect([path, status, body.code]).toEqual([path, 429, 'too_often']);
      expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(600);
    }
    expect((await customer.answer('Is anybody there?')).status).toBe(429);
    const shown = await fetch(page, { headers: { accept: 'text/html' } });
    expect([shown.status, Number(shown.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(await shown.text()).toContain('This was asked too often.');
    expect((await (await openCustomer(world, shop)).ask()).status).toBe(200);
  });

  it('is not counted for who has not its token', async () => {
    const [customer, stranger] = [await openCustomer(world, shop), await openCustomer(world, shop)];
    for (const bearer of ['odt_x', stranger.token])
      expect([401, 404]).toContain((await customer.ask('', { bearer })).status);
    const where = { key: { in: [customer, stranger].map(({ ticketId }) => `opens:${ticketId}`) } };
    expect(await world.context.database.rateLimit.count({ where })).toBe(0);
  });

  it('gives sixty files in ten minutes, by the API and the page together', async () => {
    const customer = await openCustomer(world, shop);
    const { body } = await customer.answer('', { attachments: [{ name: 'k.png', content: png }] });
    const [file] = (body.message as { attachments: { id: string }[] }).attachments;
    const page = `${world.url}${conversationPath(customer.token)}/attachments/${file?.id}`;
    const fetchFile = () =>
      fetch(`${world.url}/plugin/v1/tickets/${customer.ticketId}/attachments/${file?.id}`, {
        headers: { authorization: `Bearer ${customer.token}` },
      });
    expect((await fetchFile()).status).toBe(200);
    await count(`files:${customer.ticketId}`, 58);
    expect([(await fetchFile()).status, (await fetch(page)).status]).toEqual([200, 200]);
    for (const refused of [await fetchFile(), await fetch(page)]) {
      expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
    }
    expect((await customer.ask()).status).toBe(200);
  });
});

describe('the organization’s server', () => {
  it('is counted by its key, not by its address', async () => {
    const bearer = await shop.addSecret();
    const headers = { 'x-forwarded-for': fresh() };
    const answers = await Promise.all(
      Array.from({ length: 60 }, () =>
        shop.ask('/tickets', { origin: null, key: null, bearer, headers, body: ticketForm() }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  });
});

describe('one key', () => {
  it('writes three thousand times a minute for all visitors together, and reads nevertheless', async () => {
    const busy = await openWebsite(world, { host: 'busy.example.com' });
    expect((await open(busy, fresh())).status).toBe(201);
    await count(`key:${busy.keyId}`, 2998);
    const statuses: number[] = [];
    for (let time = 0; time < 2; time += 1) {
      const headers = { 'x-forwarded-for': fresh() };
      const { status } = await busy.ask('/sessions', { body: { purpose: 'tickets' }, headers });
      statuses.push(status);
    }
    expect(statuses).toEqual([201, 201]);
    const refused = await busy.ask('/sessions', { body: { purpose: 'tickets' } });
    expect([refused.status, refused.body.code]).toEqual([429, 'too_often']);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect((await busy.ask('/products')).status).toBe(200);
    expect((await open(shop, fresh())).status).toBe(201);
  });

  it('of a server writes six hundred times a minute', async () => {
    const bearer = await shop.addSecret();
    const send = () => shop.ask('/tickets', { origin: null, key: null, bearer, body: ticketForm() });
    expect((await send()).status).toBe(201);
    const { id } = await world.context.database.apiKey.findFirstOrThrow({
      where: { hint: bearer.slice(-4) },
    });
    await count(`server:${id}`, 600);
    expect((await send()).status).toBe(429);
  });
});

describe('while the limits cannot be counted', () => {
  it('tickets are taken nevertheless, and each process counts for itself', async () => {
    const { database } = world.context;
    await database.$executeRawUnsafe('ALTER TABLE rate_limits RENAME TO rate_limits_away');
    try {
      const email = 'insured@customer.example';
      const { passed, refused } = await until429(() => open(shop, fresh(), email));
      expect(passed).toBe(5);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    } finally {
      await database.$executeRawUnsafe('ALTER TABLE rate_limits_away RENAME TO rate_limits');
    }
    expect(JSON.stringify(world.logged)).toContain('A limit could not be counted');
  });
});

it('counts that are over are deleted', async () => {
  await open(shop, fresh());
  const { rateLimit } = world.context.database;
  expect(await rateLimit.count()).toBeGreaterThan(0);
  await world.advance({ seconds: 2 * 3600 });
  await world.settle();
  await expect.poll(() => rateLimit.count(), { timeout: 10_000 }).toBe(0);
});
