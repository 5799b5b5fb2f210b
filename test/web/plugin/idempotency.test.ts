import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type TestWorld } from '../../setup/desk.ts';
import { type AskOptions, openWebsite, ticketForm, type Website } from './website.ts';

let world: TestWorld;
let shop: Website;
let secret: string;
beforeAll(async () => {
  world = await openWorld();
  shop = await openWebsite(world);
  secret = await shop.addSecret();
});
afterAll(() => world?.stop());

const send = (key: string, body: unknown, options: AskOptions = {}) =>
  shop.ask('/tickets', {
    origin: null,
    key: null,
    bearer: secret,
    body,
    ...options,
    headers: { 'idempotency-key': key },
  });

const counts = async () => {
  const { ticket, ticketMessage, outboxRow, pluginRequest } = world.context.database;
  const acknowledged = outboxRow.count({ where: { topic: 'ticket.acknowledge' } });
  return Promise.all([ticket.count(), ticketMessage.count(), acknowledged, pluginRequest.count()]);
};

describe('an Idempotency-Key', () => {
  it('opens one ticket for 50 requests at once, and all are told of it', async () => {
    const [key, body] = [randomUUID(), ticketForm()];
    const before = await counts();
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(key, body)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 201));
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    const first = answers.filter(({ headers }) => headers.get('idempotent-replayed') === null);
    expect(first).toHaveLength(1);
    expect(await counts()).toEqual(before.map((count) => count + 1));
    const { database } = world.context;
    const sequence = await database.ticketSequence.findFirstOrThrow({
      where: { organizationId: shop.desk.organizationId },
    });
    expect(sequence.lastNumber).toBe(await database.ticket.count());
  });

  it('of the organization’s server is taken by no visitor of its website', async () => {
    const key = randomUUID();
    const visitor = { origin: shop.origin, key: shop.key, bearer: await shop.session() };
    const taken = await send(key, ticketForm(), visitor);
    const own = await send(key, ticketForm({ title: 'The server’s own' }));
    expect([taken.status, own.status]).toEqual([201, 201]);
    expect(own.body).not.toEqual(taken.body);
  });

  it('uses no number up where it opens nothing', async () => {
    const [key, body] = [randomUUID(), ticketForm()];
    const numbers: string[] = [];
    for (const at of [key, key, randomUUID(), key]) {
      const { body: answer } = await send(at, at === key ? body : ticketForm());
      numbers.push((answer.ticket as { number: string }).number);
    }
    const [first = '', again, next = '', last] = numbers;
    expect([again, last]).toEqual([first, first]);
    expect(Number(next.split('-')[1])).toBe(Number(first.split('-')[1]) + 1);
  });

  it('is one request in another spelling: order, space, the same words typed differently', async () => {
    const key = randomUUID();
    const body = ticketForm({ title: 'Café' });
    const first = await send(key, body);
    const { title: _, requester, ...rest } = body as { title: string; requester: object };
    const again = await send(key, { requester, ...rest, title: ' Cafe\u0301 ', website: '' });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
  });

  it.each<[string, Record<string, unknown>]>([
    ['title', { title: 'Another' }],
    ['description', { description: 'Another' }],
    ['name', { requester: { name: 'Another', email: 'cara@customer.example' } }],
    ['address', { requester: { name: 'Cara', email: 'other@customer.example' } }],
    ['attachments', { attachments: [{ name: 'a.gif', content: 'R0lGODlhAQABAAAAACw=' }] }],
  ])('with another %s is refused, and opens nothing', async (_, changed) => {
    const key = randomUUID();
    const requester = { name: 'Cara', email: 'cara@customer.example' };
    const form = { title: 'One', description: 'One', requester };
    const first = await send(key, form);
    const before = await counts();
    const { status, body } = await send(key, { ...form, ...changed });
    expect([status, body.code]).toEqual([422, 'idempotency_mismatch']);
    expect(JSON.stringify(body)).not.toContain((first.body.ticket as { id: string }).id);
    expect(await counts()).toEqual(before);
  });

  it('of one organization says nothing in another', async () => {
    const other = await openWebsite(world, { host: 'other.example.com' });
    const bearer = await other.addSecret();
    const [key, body] = [randomUUID(), ticketForm()];
    const ours = await send(key, body);
    const theirs = await send(key, body, { bearer });
    expect(theirs.headers.get('idempotent-replayed')).toBeNull();
    expect((theirs.body.ticket as { id: string }).id).not.toBe((ours.body.ticket as { id: string }).id);
  });

  it('works from the website too, where the address has its limit, and a request again is none', async () => {
    const [key, body, bearer] = [randomUUID(), ticketForm(), await shop.session()];
    const given = { bearer, origin: shop.origin, key: shop.key };
    const first = await send(key, body, given);
    for (let time = 0; time < 8; time += 1) {
      const again = await send(key, body, given);
      expect([again.status, again.body]).toEqual([201, first.body]);
    }
  });

  it('tells of the ticket as it is now', async () => {
    const [key, body] = [randomUUID(), ticketForm()];
    const { id } = (await send(key, body)).body.ticket as { id: string };
    await world.context.database.ticket.update({ where: { id }, data: { status: 'resolved' } });
    expect((await send(key, body)).body.ticket).toMatchObject({ id, status: 'resolved' });
  });

  it('is forgotten after a day, and no sooner', async () => {
    const [key, body] = [randomUUID(), ticketForm()];
    const first = await send(key, body);
    await world.advance({ seconds: 86_000 });
    await world.settle();
    expect((await send(key, body)).body).toEqual(first.body);
    await world.advance({ seconds: 2 * 3600 });
    await world.settle();
    const { pluginRequest } = world.context.database;
    await expect
      .poll(() => pluginRequest.count({ where: { key: `server:${key}` } }), { timeout: 10_000 })
      .toBe(0);
    const next = await send(key, body);
    expect(next.status).toBe(201);
    expect((next.body.ticket as { id: string }).id).not.toBe((first.body.ticket as { id: string }).id);
  });
});
