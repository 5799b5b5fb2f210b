import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { subscribe } from '../../../src/database/notifications.ts';
import { deleteOrganization } from '../../../src/domain/organizations/deletion/finish-deletion.ts';
import { deleteMessage } from '../../../src/domain/tickets/say/delete-message.ts';
import { editMessage } from '../../../src/domain/tickets/say/edit-message.ts';
import { setStatus } from '../../../src/domain/tickets/set-status.ts';
import { assemblePages } from '../../../src/web/assemble.ts';
import { createConversationFeed } from '../../../src/web/live/conversation-feed.ts';
import { pluginRoutes } from '../../../src/web/plugin/routes.ts';
import { startServer } from '../../../src/web/server.ts';
import { createParts } from '../../../src/wiring/parts.ts';
import { createPlugin } from '../../../src/wiring/plugin.ts';
import { until } from '../../jobs/until.ts';
import { openWorld, type TestWorld } from '../../setup/desk.ts';
import { type Watching, watch } from '../live/watch.ts';
import { type Customer, openCustomer } from './customer.ts';
import { openWebsite, type Website } from './website.ts';

let world: TestWorld;
let site: Website;
let customer: Customer;

beforeAll(async () => {
  world = await openWorld();
  site = await openWebsite(world);
});
afterAll(async () => {
  expect(JSON.stringify(world.logged)).not.toContain('odt_');
  expect(world.logged.filter(({ level }) => level === 'error')).toEqual([]);
  await world.stop();
});
beforeEach(async () => {
  await world.context.database.rateLimit.deleteMany();
  customer = await openCustomer(world, site);
});

/** The same data, served by another process. */
async function restart(): Promise<void> {
  await world.restart();
  world.context = world.product.context;
}

const kinds = ({ events }: Watching) => events.map(({ event, id }) => `${event} ${id}`);

describe('the events of a conversation', () => {
  it('come as they happen, as messages that were read would, under their revisions', async () => {
    const watching = await customer.watch();
    expect(watching.status).toBe(200);
    expect(Object.fromEntries(watching.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'access-control-allow-origin': site.origin,
    });
    const { slackTs, id } = await customer.reply('Have you switched it on?');
    const [told] = await watching.until(1);
    const { messages } = await customer.read();
    expect(told?.data).toEqual(messages[1]);
    const { ticketId, agent } = customer;
    await editMessage(world.context, agent, { ticketId, slackTs, text: 'Is it on?', isNote: false });
    await setStatus(world.context, agent, { ticketId, status: 'pending' });
    await customer.answer('Yes.');
    await deleteMessage(world.context, { ticketId, slackTs });
    const events = await watching.until(6);
    expect(kinds(watching)).toEqual([
      'message 1',
      'message 2',
      'ticket 3',
      'message 4',
      'ticket 5',
      'deleted 6',
    ]);
    expect(events.slice(1).map(({ data }) => data)).toMatchObject([
      { id, text: 'Is it on?', editedAt: expect.any(String) },
      { status: 'pending' },
      { text: 'Yes.', author: { kind: 'customer' } },
      { status: 'open' },
      { id },
    ]);
    watching.close();
  });

  it('go on exactly behind the last one that was seen, also in another process', async () => {
    const first = await customer.watch();
    await customer.reply('One');
    await first.until(1);
    const lastId = first.lastId ?? '';
    await restart();
    await until(() => first.ended);
    await customer.reply('Two');
    const { slackTs } = await customer.reply('Three');
    await deleteMessage(world.context, { ticketId: customer.ticketId, slackTs });
    const second = await customer.watch(lastId);
    await second.until(2);
    await customer.reply('Four');
    await second.until(3);
    expect(kinds(second)).toEqual(['message 2', 'deleted 4', 'message 5']);
    second.close();
    const third = await customer.watch(second.lastId);
    await customer.reply('Five');
    await third.until(1);
    expect(kinds(third)).toEqual(['message 6']);
    third.close();
  });

  it('begin with what comes from now on, and say from where, where nothing is said', async () => {
    await customer.reply('Before');
    const watching = await customer.watch();
    await until(() => watching.lastId === '1');
    await customer.reply('After');
    await watching.until(1);
    expect(kinds(watching)).toEqual(['message 2']);
    watching.close();
  });

  it.each(['-1', 'x', '1.5', '1e3', '999999999', '99999999999', ' 1 2'])(
    'are not begun from “%s”, which this conversation never had',
    async (lastEventId) => {
      const refused = await customer.ask('/events', { headers: { 'last-event-id': lastEventId } });
      expect([refused.status, refused.body.code]).toEqual([400, 'revision_unknown']);
    },
  );

  it('leave nothing open behind a HEAD, and behind readers who leave', async () => {
    const head = await customer.ask('/events', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    // More than may be open at once, one after the other.
    for (let count = 0; count < 25; count++) {
      const watching = await customer.watch();
      if (watching.status === 429) throw new Error('A stream was counted though nobody reads it.');
      watching.close();
      await until(() => watching.ended);
      await customer.ask('/events', { method: 'HEAD' });
    }
  });

  it('are told to twenty readers of a conversation, and to no more until one leaves', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => customer.watch()));
    expect(all.every(({ status }) => status === 200)).toBe(true);
    const refused = await customer.ask('/events');
    expect([refused.status, refused.body.code]).toEqual([429, 'too_many_streams']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await customer.reply('Hello to all of you');
    await Promise.all(all.map((each) => each.until(1)));
    all[0]?.close();
    let next: Watching | undefined;
    await until(async () => {
      next = await customer.watch();
      return next.status === 200;
    });
    for (const each of [...all, next]) each?.close();
  });

  it('end when the organization is deleted', async () => {
    const leaving = await openWebsite(world, { host: 'leaving.example.com', name: 'Leaving' });
    const left = await openCustomer(world, leaving);
    const watching = await left.watch();
    const { context } = world;
    const { organizationId, teamId } = leaving.desk;
    const id = context.newId();
    const [requestedBy, requestedAt] = [leaving.desk.owner.user.id, context.now()];
    await context.database.organizationDeletion.create({
      data: {
        ...{ id, organizationId, teamId, status: 'deleting', requestedBy, requestedAt },
        deleteAt: requestedAt,
      },
    });
    expect(await deleteOrganization(context, id)).toBe(true);
    await until(() => watching.ended);
    expect((await left.watch()).status).toBe(403);
  });

  it('end when their website is taken off the list or their key ends, and only they', async () => {
    const { config, context } = world;
    const { database } = context;
    const log = pino({ level: 'silent' });
    const feed = createConversationFeed({
      context,
      listen: (options) => subscribe(config.DATABASE_URL as string, 'conversations', options),
      log,
    });
    const plugin = createPlugin(config, createParts(config, database, context.now, log), feed);
    const pages = assemblePages([pluginRoutes({ plugin: { ...plugin, lookMilliseconds: 20 } })], log);
    const server = await startServer({ port: 0, host: '127.0.0.1', pages, live: feed, log });
    const watchFrom = ({ ticketId, token }: Customer, { key, origin }: Website) =>
      watch(`http://127.0.0.1:${server.port}/plugin/v1/tickets/${ticketId}/events?key=${key}`, {
        authorization: `Bearer ${token}`,
        ...(origin !== '' && { origin }),
      });
    const [one, other] = [
      await openWebsite(world, { host: 'one.example.com' }),
      await openWebsite(world, { host: 'other.example.com' }),
    ];
    const [listed, unlisted, ended, bare] = [
      await watchFrom(customer, site),
      await watchFrom(await openCustomer(world, one), one),
      await watchFrom(await openCustomer(world, other), other),
      await watchFrom(await openCustomer(world, one), { ...one, origin: '' }),
    ];
    expect([listed, unlisted, ended, bare].map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await database.authorizedDomain.deleteMany({ where: { organizationId: one.desk.organizationId } });
    await database.apiKey.update({ where: { id: other.keyId }, data: { endsAt: context.now() } });
    await until(() => unlisted.ended && ended.ended);
    await customer.reply('Still there');
    await listed.until(1);
    expect([listed.ended, bare.ended]).toEqual([false, false]);
    listed.close();
    bare.close();
    await server.stop();
  });

  it('end at once when the process stops, which does not wait for them', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => customer.watch()));
    await restart();
    await until(() => all.every(({ ended }) => ended));
    expect(world.logged.filter(({ msg }) => msg === 'Requests were cut off by the stop.')).toEqual([]);
  });
});
