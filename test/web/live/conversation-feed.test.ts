import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { subscribe } from '../../../src/database/notifications.ts';
import {
  type CustomerChange,
  type CustomerMessage,
  readCustomerPage,
} from '../../../src/domain/tickets/customer-view.ts';
import { openFromCustomer } from '../../../src/domain/tickets/open-from-customer.ts';
import { deleteMessage } from '../../../src/domain/tickets/say/delete-message.ts';
import { editMessage } from '../../../src/domain/tickets/say/edit-message.ts';
import { recordCustomerMessage } from '../../../src/domain/tickets/say/record-customer-message.ts';
import { recordFile } from '../../../src/domain/tickets/say/record-files.ts';
import { recordNote } from '../../../src/domain/tickets/say/record-note.ts';
import { recordReply } from '../../../src/domain/tickets/say/record-reply.ts';
import { setStatus } from '../../../src/domain/tickets/set-status.ts';
import {
  type ConversationFeed,
  createConversationFeed,
  type FeedParts,
} from '../../../src/web/live/conversation-feed.ts';
import { useStage } from '../../domain/organizations/setup.ts';
import { openTicketDesk, type TicketDesk } from '../../domain/tickets/desk.ts';
import { png } from '../../domain/tickets/files.ts';
import { gate, until } from '../../jobs/until.ts';

const stage = useStage();
const log = pino({ level: 'silent' });
const feeds: ConversationFeed[] = [];
let desk: TicketDesk;
let ticketId: string;
let customerId: string;

function openFeed(parts: Partial<Parameters<typeof createConversationFeed>[0]> = {}): ConversationFeed {
  const feed = createConversationFeed({
    context: stage.context,
    listen: (options) => subscribe(stage.url, 'conversations', options),
    log,
    // Nothing here leans on the look at everything but the tests that say so.
    lookMilliseconds: 3_600_000,
    ...parts,
  });
  feeds.push(feed);
  return feed;
}

async function open(): Promise<string> {
  const { id: organizationId, teamId } = desk.organization;
  const requester = { name: 'Cara Customer', email: 'cara@new.example', proven: false };
  const words = { title: 'The kettle is cold', text: 'It does not boil.' };
  const ticket = await openFromCustomer(stage.context, {
    organizationId,
    teamId,
    requester,
    ...words,
    source: 'plugin',
  });
  return ticket?.id ?? '';
}

beforeEach(async () => {
  desk = await openTicketDesk(stage);
  ticketId = await open();
  customerId = (await stage.database.ticket.findUniqueOrThrow({ where: { id: ticketId } })).requesterId;
});
afterEach(() => Promise.all(feeds.splice(0).map((feed) => feed.stop())));

let sequence = 0;
async function reply(text: string, files: string[] = []): Promise<{ id: string; slackTs: string }> {
  sequence += 1;
  const slackTs = `1763888400.${String(sequence).padStart(6, '0')}`;
  await recordReply(stage.context, desk.agent, { ticketId, slackTs, text, files });
  const { id } = await stage.database.ticketMessage.findFirstOrThrow({ where: { ticketId, slackTs } });
  return { id, slackTs };
}
const answer = (text: string) =>
  recordCustomerMessage(stage.context, { ticketId, customerId, text, dedupeKey: `${++sequence}` });
const resolve = (status: string) => setStatus(stage.context, desk.agent, { ticketId, status });

/** A reader that remembers what it was told, and can go away and come back. */
function reader(feed: ConversationFeed, from = 0, id = ticketId) {
  const told: CustomerChange[] = [];
  const state = { told, last: from, ended: false, leave: () => {} };
  const come = async () => {
    state.leave = await feed.watch(id, {
      seen: state.last,
      take: async (changes) => {
        told.push(...changes);
        state.last = changes.at(-1)?.revision ?? state.last;
      },
      end: () => {
        state.ended = true;
      },
    });
  };
  return Object.assign(state, { come });
}

/** What somebody sees who knew the conversation as it was opened, and was told of the changes. */
function picture(told: readonly CustomerChange[], opened: readonly CustomerMessage[]) {
  const messages = new Map(opened.map((message) => [message.id, message]));
  let status = 'open';
  for (const change of told) {
    if (change.kind === 'message') messages.set(change.message.id, change.message);
    if (change.kind === 'deleted') messages.delete(change.id);
    if (change.kind === 'ticket') status = change.status;
  }
  return { status, messages: [...messages.values()].sort((one, other) => (one.id < other.id ? -1 : 1)) };
}

/** How it is. */
async function truth() {
  const page = await readCustomerPage(stage.context, { ticketId, limit: 1000 });
  if (!page) throw new Error('The ticket is gone.');
  const { status, revision } = page.ticket;
  return { status, messages: page.messages, revision };
}

const revisionsOf = (told: readonly CustomerChange[]) => told.map(({ revision }) => revision);

function expectInOrder(told: readonly CustomerChange[]) {
  const revisions = revisionsOf(told);
  expect(revisions).toEqual([...new Set(revisions)].sort((one, other) => one - other));
}

/** Everything that can happen, many at once. */
async function muchHappens(rounds: number): Promise<void> {
  const replies = await Promise.all([reply('One'), reply('Two'), reply('Three')]);
  for (let round = 0; round < rounds; round++) {
    const { id: messageId, slackTs } = replies[round % replies.length] as (typeof replies)[number];
    const file = { name: 'k.png', contentType: 'image/png', bytes: png, slackFileId: `F${round}` };
    const fresh = await reply(`Reply ${round}`);
    await Promise.all([
      editMessage(stage.context, desk.agent, { ticketId, slackTs, text: `Edit ${round}`, isNote: false }),
      recordFile(stage.context, { ...file, ticketId, messageId }),
      answer(`Answer ${round}`),
      round % 2 === 0
        ? deleteMessage(stage.context, { ticketId, slackTs: fresh.slackTs })
        : resolve('pending'),
    ]);
  }
}

describe('whoever watches a conversation', () => {
  it('is told of everything that happens to it, as it happens', async () => {
    const watching = reader(openFeed());
    await watching.come();
    const { id, slackTs } = await reply('Have you switched it on?');
    await until(() => watching.told.length === 1);
    expect(watching.told[0]).toMatchObject({ kind: 'message', revision: 1, message: { id } });
    await editMessage(stage.context, desk.agent, { ticketId, slackTs, text: 'Is it on?', isNote: false });
    await until(() => watching.told.length === 2);
    const file = { name: 'k.png', contentType: 'image/png', bytes: png, slackFileId: 'F1' };
    await recordFile(stage.context, { ...file, ticketId, messageId: id });
    await until(() => watching.told.length === 3);
    expect(watching.told[2]).toMatchObject({ message: { id, attachments: [{ name: 'k.png' }] } });
    await resolve('resolved');
    await until(() => watching.told.length === 4);
    await answer('No, it is not.');
    await until(() => watching.told.length === 6);
    await deleteMessage(stage.context, { ticketId, slackTs });
    await until(() => watching.told.length === 7);
    expect(watching.told.slice(3)).toMatchObject([
      { kind: 'ticket', revision: 4, status: 'resolved' },
      { kind: 'message', revision: 5, message: { author: { kind: 'customer' } } },
      { kind: 'ticket', revision: 6, status: 'open' },
      { kind: 'deleted', revision: 7, id },
    ]);
  });

  it('misses nothing and hears nothing twice, whenever it goes away and comes back', async () => {
    const opened = (await truth()).messages;
    const feed = openFeed();
    const steady = reader(feed);
    const restless = [reader(feed), reader(feed), reader(openFeed())];
    await steady.come();
    let over = false;
    const wander = restless.map(async (each) => {
      while (!over) {
        await each.come();
        const before = each.told.length;
        await until(() => over || each.told.length > before);
        each.leave();
      }
      await each.come();
    });
    await muchHappens(12);
    over = true;
    await Promise.all(wander);
    const { revision, ...now } = await truth();
    for (const each of [steady, ...restless]) {
      await until(() => each.last === revision);
      expectInOrder(each.told);
      expect(picture(each.told, opened)).toEqual(now);
    }
  });

  it('misses nothing when the connection that listens is lost in between', async () => {
    const opened = (await truth()).messages;
    const watching = reader(openFeed());
    await watching.come();
    await reply('Before');
    await until(() => watching.told.length === 1);
    const cut = stage.database.$executeRaw`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'orgdesk listener conversations' AND datname = current_database()`;
    await Promise.all([cut, muchHappens(3)]);
    const { revision, ...now } = await truth();
    await until(() => watching.last === revision);
    expectInOrder(watching.told);
    expect(picture(watching.told, opened)).toEqual(now);
    // And it hears again.
    await reply('After');
    await until(() => watching.last === revision + 1);
  });

  it('misses nothing that happens while it takes its time over what was before', async () => {
    await reply('Before');
    const feed = openFeed();
    const live = reader(feed, 1);
    await live.come();
    const slow: CustomerChange[] = [];
    const { opened, open: goOn } = gate();
    await feed.watch(ticketId, {
      seen: 0,
      take: async (changes) => {
        slow.push(...changes);
        await opened;
      },
      end: () => {},
    });
    await until(() => slow.length === 1);
    await reply('Meanwhile');
    await until(() => live.last === 2);
    expect(revisionsOf(slow)).toEqual([1]);
    goOn();
    await until(() => slow.length === 2);
    expect(revisionsOf(slow)).toEqual([1, 2]);
  });

  it('is brought along through a long past, a hundred at a time', async () => {
    await stage.database.ticketMessage.createMany({
      data: Array.from({ length: 250 }, (_, index) => ({
        id: stage.context.newId(),
        ticketId,
        customerId,
        text: `Line ${index}`,
        createdAt: stage.context.now(),
      })),
    });
    const watching = reader(openFeed());
    await watching.come();
    await until(() => watching.told.length === 250);
    expect(revisionsOf(watching.told)).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
  });

  it('hears nothing of internal notes, nor of a reply before it says something', async () => {
    const watching = reader(openFeed());
    await watching.come();
    await recordNote(stage.context, desk.agent, { ticketId, slackTs: null, text: 'SECRET by button' });
    await recordNote(stage.context, desk.agent, { ticketId, slackTs: '1763888499.000001', text: 'SECRET' });
    const { slackTs, id } = await reply('', ['F1']);
    const oops = await reply('This was meant as a note');
    const isNote = { ticketId, slackTs: oops.slackTs, text: 'note: SECRET', isNote: true };
    await editMessage(stage.context, desk.agent, isNote);
    const file = { name: 'k.png', contentType: 'image/png', bytes: png, slackFileId: 'F1' };
    await recordFile(stage.context, { ...file, ticketId, messageId: id });
    const { revision } = await truth();
    await until(() => watching.last === revision);
    expect(JSON.stringify(watching.told)).not.toContain('SECRET');
    const seen = watching.told.filter((change) => change.kind === 'message');
    expect(seen.filter(({ message }) => message.id === id)).toMatchObject([{ message: { words: [] } }]);
    expect(seen.some(({ message }) => message.attachments.length === 0 && message.id === id)).toBe(false);
    expect(slackTs).toBeDefined();
  });

  it('is told that it is over when the ticket goes, and when the process stops', async () => {
    const feed = openFeed();
    const [gone, stopped] = [reader(feed), reader(feed, 0, await open())];
    await Promise.all([gone.come(), stopped.come()]);
    await stage.database.ticket.delete({ where: { id: ticketId } });
    // As deleteOrganization() does.
    await stage.database.$executeRaw`SELECT pg_notify('conversations', '')`;
    await until(() => gone.ended);
    expect(stopped.ended).toBe(false);
    await feed.stop();
    expect(stopped.ended).toBe(true);
    await expect(stopped.come()).rejects.toThrow('stops');
    const late = reader(openFeed(), 0, ticketId);
    await late.come();
    await until(() => late.ended);
  });

  it('is woken by the look at everything, should a notification be lost', async () => {
    const deaf: typeof subscribe = (url, _, options) => subscribe(url, 'nothing', options);
    const listen = (options: Parameters<typeof subscribe>[2]) => deaf(stage.url, 'conversations', options);
    const watching = reader(openFeed({ listen, lookMilliseconds: 20 }));
    await watching.come();
    await reply('Hello');
    await until(() => watching.told.length === 1);
    await stage.database.ticket.delete({ where: { id: ticketId } });
    await until(() => watching.ended);
  });

  it('is one of a thousand on one connection, and what changes is read once for all of them', async () => {
    let reads = 0;
    const counting = stage.database.$extends({
      query: {
        $queryRaw: ({ args, query }) => {
          reads += 1;
          return query(args);
        },
      },
    });
    const feed = openFeed({ context: { database: counting as never } });
    const watching = Array.from({ length: 1000 }, () => reader(feed));
    await Promise.all(watching.map((each) => each.come()));
    const [row] = await stage.database.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM pg_stat_activity
      WHERE application_name = 'orgdesk listener conversations' AND datname = current_database()`;
    expect(row?.count).toBe(1);
    reads = 0;
    await reply('Hello to all of you');
    await until(() => watching.every(({ told }) => told.length === 1));
    expect(reads).toBe(1);
  });

  it('misses nothing when it catches up while the others are further on', async () => {
    const reads: { run(): void; ran: Promise<void>; answer(): void }[] = [];
    let holding = false;
    const held = stage.database.$extends({
      query: {
        $queryRaw: async ({ args, query }) => {
          if (!holding) return query(args);
          const [run, ran, answer] = [gate(), gate(), gate()];
          reads.push({ run: run.open, ran: ran.opened, answer: answer.open });
          await run.opened;
          const rows = await query(args);
          ran.open();
          await answer.opened;
          return rows;
        },
      },
    });
    /** The next read that the feed asks for: it runs, and is answered, when it is told to. */
    const asked = async () => {
      await until(() => reads.length > 0);
      return reads.shift() as (typeof reads)[number];
    };
    let wake = () => {};
    const listen: FeedParts['listen'] = (options) => {
      wake = () => options.onWake(ticketId);
      return subscribe(stage.url, 'nothing', options);
    };
    const feed = openFeed({ listen, context: { database: held as never } });
    const [ahead, behind] = [reader(feed), reader(feed)];
    await ahead.come();
    await reply('One');
    wake();
    await until(() => ahead.told.length === 1);
    holding = true;
    await reply('Two');
    wake();
    const first = await asked();
    await reply('Three');
    wake();
    await behind.come();
    const catchingUp = await asked();
    catchingUp.run();
    await catchingUp.ran;
    await reply('Four');
    first.run();
    first.answer();
    const second = await asked();
    catchingUp.answer();
    await until(() => behind.told.length === 3);
    await reply('Five');
    second.run();
    second.answer();
    await until(() => ahead.told.length === 5);
    holding = false;
    wake();
    await until(() => behind.last === 5);
    for (const { told } of [ahead, behind]) expect(revisionsOf(told)).toEqual([1, 2, 3, 4, 5]);
  });

  it('is refused while the database cannot be listened to, and taken when it can', async () => {
    let away = true;
    const feed = openFeed({
      listen: (options) =>
        away ? Promise.reject(new Error('away')) : subscribe(stage.url, 'conversations', options),
    });
    const watching = reader(feed);
    await expect(watching.come()).rejects.toThrow('away');
    away = false;
    await watching.come();
    await reply('Hello');
    await until(() => watching.told.length === 1);
  });
});
