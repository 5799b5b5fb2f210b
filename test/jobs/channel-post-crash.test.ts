import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '../../src/database/client.ts';
import { openTicket } from '../../src/domain/tickets/open-ticket.ts';
import { recordCustomerMessage } from '../../src/domain/tickets/say/record-customer-message.ts';
import { recordNote } from '../../src/domain/tickets/say/record-note.ts';
import { type ChannelPostContext, channelPost } from '../../src/jobs/channel-post.ts';
import type { JobRun } from '../../src/jobs/job.ts';
import { paymentAnnounce } from '../../src/jobs/payment-announce.ts';
import { ticketConfirm } from '../../src/jobs/ticket-confirm.ts';
import { handleStoredSlackEvent } from '../../src/slack/events/stored-event.ts';
import { type StartedSlack, startSlack } from '../clients/slack/start.ts';
import { type TestContext, testContext } from '../setup/context.ts';
import { createTestDatabase, type TestDatabase } from '../setup/database.ts';
import { type SeededOrganization, seedOrganization } from '../setup/organization.ts';
import { seedPayment } from '../setup/payments.ts';
import { type Death, Mortal } from './mortal.ts';

const log = pino({ level: 'silent' });
const run: JobRun = { outboxId: 'test', attempt: 1, log };

let slack: StartedSlack;
let testDatabase: TestDatabase;
let context: TestContext;
let organization: SeededOrganization;
let channelId: string;

beforeAll(async () => {
  slack = await startSlack();
  testDatabase = await createTestDatabase();
  context = testContext(createDatabase(testDatabase.url), { now: new Date() });
});
afterAll(async () => {
  await context.database.$disconnect();
  await testDatabase.drop();
  await slack.sandbox.close();
});

/** A desk of its own in the one workspace of this double: who had it before gives it up. */
async function newDesk() {
  const { database } = context;
  // Not far ahead of the double's clock, by which messages are looked up again.
  context = testContext(database, { now: new Date() });
  await database.organization.deleteMany({ where: { teamId: slack.teamId } });
  organization = await seedOrganization(context);
  channelId = await slack.sandbox.addChannel(slack.teamId, { name: `support-${organization.id}`, bot: true });
  await database.organization.update({
    where: { id: organization.id },
    data: { teamId: slack.teamId, supportChannelId: channelId },
  });
}

async function newTicket(): Promise<string> {
  const { owner } = organization;
  const input = {
    title: 'Cold tea',
    description: 'It is cold.',
    requester: { name: 'Rita', email: 'rita@c.example' },
  };
  return (await openTicket(context, owner, input)).id;
}

const cast = (mortal = new Mortal()): ChannelPostContext => ({
  ...context,
  database: mortal.mortal(context.database),
  slack: (teamId) => mortal.mortal(slack.clients.background(teamId)),
});

const post = (mortal?: Mortal) =>
  channelPost.run(cast(mortal), { organizationId: organization.id, channelId }, run);

/** What waits is posted by processes that live. */
async function drain() {
  context.advance({ seconds: 61 });
  for (let turn = 0; turn < 8; turn++) {
    await post();
    context.advance({ seconds: 1 });
  }
}

/** Runs the job in processes that die there, again and again; says whether the first lived through it. */
async function dieThere(death: Death, times: number): Promise<boolean> {
  for (let time = 0; time < times; time++) {
    const mortal = new Mortal(death);
    await post(mortal).catch((error: unknown) => {
      if (!mortal.dead) throw error;
    });
    if (!mortal.dead) return time === 0;
    // BullMQ hands the job out again after about a minute.
    context.advance({ seconds: 61 });
  }
  return false;
}

const said = async () =>
  (await slack.sandbox.messages(slack.teamId, channelId)).map(({ ts }) => ts as string);

describe.each([1, 2])('a worker that dies %i times while it posts', (times) => {
  it.each(['before', 'after'] as const)('%s anything it does outside, posts the card once', async (when) => {
    for (let at = 1; ; at++) {
      await newDesk();
      const id = await newTicket();
      const lived = await dieThere({ at, when }, times);
      await drain();
      const { messageTs } = await context.database.ticket.findUniqueOrThrow({ where: { id } });
      expect([at, await said()]).toEqual([at, [messageTs]]);
      if (lived) break;
    }
  });

  it.each(['before', 'after'] as const)(
    '%s anything it does outside, posts the customer’s words, their file and a note once',
    async (when) => {
      for (let at = 1; ; at++) {
        await newDesk();
        const ticketId = await newTicket();
        await drain();
        const { requesterId } = await context.database.ticket.findUniqueOrThrow({ where: { id: ticketId } });
        const content = new TextEncoder().encode('cup');
        await recordCustomerMessage(context, {
          ticketId,
          customerId: requesterId,
          text: 'Still cold.',
          attachments: [{ name: 'cup.png', contentType: 'image/png', content }],
          dedupeKey: `${times} ${when} ${at}`,
        });
        await recordNote(context, organization.owner, { ticketId, text: 'She is right.', slackTs: null });
        let lived = true;
        for (let turn = 0; turn < 3; turn++) {
          lived = (await dieThere({ at, when }, times)) && lived;
          context.advance({ seconds: 2 });
        }
        await drain();
        const { database } = context;
        const [, message] = await database.ticketMessage.findMany({
          where: { ticketId },
          orderBy: { id: 'asc' },
        });
        const [note] = await database.ticketNote.findMany({ where: { ticketId } });
        const stands = await said();
        expect([at, stands.length]).toEqual([at, 4]);
        expect(stands).toEqual(expect.arrayContaining([message?.slackTs, note?.slackTs]));
        expect(await database.threadPost.count()).toBe(0);
        if (lived) break;
      }
    },
  );
});

describe('what may be there, as the answer to its post was lost,', () => {
  const lookups = ['conversations.history', 'conversations.replies'];
  afterEach(() => slack.sandbox.faults.clear());

  const loseAnswer = async () => {
    slack.sandbox.faults.next({ method: 'chat.postMessage', kind: 'acted-then-drop' });
    await expect(post()).rejects.toThrow('did not answer');
    context.advance({ seconds: 10 });
  };
  const refusedOnce = (kind: '429' | 'error') =>
    lookups.map((method) => slack.sandbox.faults.next({ method, kind, error: 'access_denied' }));
  const endTrouble = () =>
    context.database.organization.update({
      where: { id: organization.id },
      data: { channelTrouble: null, seatsPurchased: 10 },
    });

  it.each(['429', 'error'] as const)('is posted once where Slack answers the look with %s', async (kind) => {
    await newDesk();
    const id = await newTicket();
    await loseAnswer();
    refusedOnce(kind);
    await post();
    slack.sandbox.faults.clear();
    await endTrouble();
    await drain();
    const { messageTs } = await context.database.ticket.findUniqueOrThrow({ where: { id } });
    expect(await said()).toEqual([messageTs]);
  });

  it.each([{ seatsPurchased: 0 }, { channelTrouble: 'is_archived' }])(
    'is posted once where it has to wait meanwhile: %j',
    async (data) => {
      await newDesk();
      const id = await newTicket();
      await loseAnswer();
      await context.database.organization.update({ where: { id: organization.id }, data });
      await post();
      await endTrouble();
      await drain();
      const { messageTs } = await context.database.ticket.findUniqueOrThrow({ where: { id } });
      expect(await said()).toEqual([messageTs]);
    },
  );
});

describe('the word in a thread that a ticket was taken from a message', () => {
  it('waits for its second in the channel, and what follows waits for the one after', async () => {
    await newDesk();
    const ticketId = await newTicket();
    await drain();
    const ts = (await said())[0] ?? '';
    const payload = { ticketId, userId: organization.owner.userId, channelId, ts, threadTs: ts };
    const confirm = () => ticketConfirm.run(cast(), payload, run);
    await newTicket();
    await newTicket();
    context.advance({ seconds: 2 });
    await post();
    await expect(confirm()).rejects.toMatchObject({ retryAfter: 1 });
    expect(await said()).toHaveLength(2);
    context.advance({ seconds: 1 });
    await confirm();
    await post();
    expect(await said()).toHaveLength(3);
    context.advance({ seconds: 1 });
    await post();
    expect(await said()).toHaveLength(4);
  });
});

describe.each([1, 2])('a worker that dies %i times while it tells of a payment', (times) => {
  const announce = (paymentId: string, mortal?: Mortal) =>
    paymentAnnounce.run(cast(mortal), { paymentId }, run);
  const told = async () =>
    (await slack.sandbox.messages(slack.teamId, channelId)).map(({ ts, text }) => [ts, text]);

  it.each(['before', 'after'] as const)('%s anything it does outside, posts it once', async (when) => {
    for (let at = 1; ; at++) {
      await newDesk();
      const id = await seedPayment(context, organization.id);
      const lived = await dieThere({ at, when }, times);
      await drain();
      const { messageTs } = await context.database.payment.findUniqueOrThrow({ where: { id } });
      expect([at, await said()]).toEqual([at, [messageTs]]);
      if (lived) break;
    }
  });

  it.each(['before', 'after'] as const)(
    '%s anything it does outside, shows what was refunded in the one message',
    async (when) => {
      for (let at = 1; ; at++) {
        await newDesk();
        const where = { id: await seedPayment(context, organization.id) };
        await drain();
        await context.database.payment.update({ where, data: { refundedAmount: 500 } });
        let lived = true;
        for (let time = 0; time < times; time++) {
          const mortal = new Mortal({ at, when });
          await announce(where.id, mortal).catch((error: unknown) => {
            if (!mortal.dead) throw error;
          });
          lived = lived && !mortal.dead;
        }
        await announce(where.id);
        const { messageTs, shownRefund } = await context.database.payment.findUniqueOrThrow({ where });
        expect(shownRefund).toBe(500);
        expect([at, await told()]).toEqual([
          at,
          [[messageTs, expect.stringContaining('(£5.00 of £25.98 refunded)')]],
        ]);
        if (lived) break;
      }
    },
  );
});

describe('a worker that dies while it takes what an agent wrote', () => {
  it.each(['before', 'after'] as const)(
    '%s anything it does outside, loses and doubles nothing',
    async (when) => {
      for (let at = 1; ; at++) {
        await newDesk();
        const id = await newTicket();
        await drain();
        const { messageTs } = await context.database.ticket.findUniqueOrThrow({ where: { id } });
        const key = `slack:${when}${at}`;
        const event = {
          type: 'message',
          channel: channelId,
          user: organization.owner.userId,
          text: 'We warm it.',
          ts: '1790000000.000100',
          thread_ts: messageTs,
        };
        const body = JSON.stringify({ team_id: slack.teamId, event_time: 1_790_000_000, event });
        await context.database.intake.create({
          data: { key, body: new Uint8Array(Buffer.from(body)), receivedAt: context.now() },
        });
        const mortal = new Mortal({ at, when });
        await handleStoredSlackEvent(cast(mortal), key, log).catch(() => {});
        const { dead } = mortal;
        await handleStoredSlackEvent(context, key, log);
        const replies = await context.database.ticketMessage.findMany({
          where: { ticketId: id, slackTs: event.ts },
        });
        expect([at, replies.map(({ text }) => text)]).toEqual([at, ['We warm it.']]);
        const mails = await context.database.outboxRow.findMany({ where: { topic: 'ticket.mail' } });
        expect(
          mails.filter(({ payload }) => JSON.stringify(payload).includes(replies[0]?.id ?? '')),
        ).toHaveLength(1);
        if (!dead) break;
      }
    },
  );
});
