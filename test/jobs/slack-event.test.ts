import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { slackEvent } from '../../src/jobs/slack-event.ts';
import { events } from '../../src/slack/events/table.ts';
import { createTakeEvent } from '../../src/slack/events/take-event.ts';
import { useStage } from '../domain/organizations/setup.ts';
import { anyTicket, openTicketDesk, type TicketDesk } from '../domain/tickets/desk.ts';

const stage = useStage();
const log = pino({ level: 'silent' });
const channel = 'C0SUPPORT';
let desk: TicketDesk;
let ticketId: string;
let threadTs: string;
let count = 0;

beforeEach(async () => {
  desk = await openTicketDesk(stage);
  await stage.database.outboxRow.deleteMany();
  ticketId = await ticket();
});

async function ticket(): Promise<string> {
  const { id } = await anyTicket(stage, desk.owner);
  count += 1;
  threadTs = `1790000000.${String(count).padStart(6, '0')}`;
  await stage.database.ticket.update({ where: { id }, data: { channelId: channel, messageTs: threadTs } });
  await stage.database.outboxRow.deleteMany();
  return id;
}

/** The Owner wrote it in the thread; gives the key under which it is stored. */
async function came(text: string, ts: string, thread = threadTs): Promise<string> {
  count += 1;
  const { teamId, userId } = desk.owner;
  const event = { type: 'message', channel, user: userId, team: teamId, text, ts, thread_ts: thread };
  const body = { team_id: teamId, event_time: 1_790_000_000, event_id: `Ev${count}`, event };
  await createTakeEvent(stage.context, events)(body, { rawBody: Buffer.from(JSON.stringify(body)) } as never);
  return `slack:Ev${count}`;
}

const handle = (key: string) => slackEvent.run(stage.context, { key }, { outboxId: 'test', attempt: 1, log });
const isHandled = async (key: string) =>
  (await stage.database.intake.findUniqueOrThrow({ where: { key } })).handledAt !== null;
const waiting = (key: string) =>
  stage.database.outboxRow.findMany({
    where: { topic: 'slack.event', payload: { equals: { key } }, availableAt: { gt: stage.context.now() } },
  });

describe('what is said in a thread', () => {
  it('is handled behind what was said there before it: a reply is not refused for the closing that follows it', async () => {
    // They may arrive in any order.
    const close = await came('!close', '1790000009.000200');
    const reply = await came('We sent it.', '1790000009.000100');
    await handle(close);
    expect(await isHandled(close)).toBe(false);
    expect(await waiting(close)).toHaveLength(1);
    await handle(reply);
    await handle(close);
    expect(await isHandled(close)).toBe(true);
    expect(await stage.database.ticket.findUniqueOrThrow({ where: { id: ticketId } })).toMatchObject({
      status: 'closed',
      respondedAt: expect.any(Date),
    });
  });

  it('waits for nothing in another thread, nor for the same message told twice', async () => {
    const first = await came('One.', '1790000009.000100');
    const same = await came('One.', '1790000009.000100');
    const other = ticketId;
    await ticket();
    const elsewhere = await came('!resolve', '1790000009.000200');
    await handle(elsewhere);
    await handle(same);
    await handle(first);
    for (const key of [first, same, elsewhere]) expect(await isHandled(key)).toBe(true);
    expect(await stage.database.ticketMessage.count({ where: { ticketId: other } })).toBe(2);
  });

  it('waits two minutes at most for what cannot be handled', async () => {
    const stuck = await came('One.', '1790000009.000100');
    const next = await came('Two.', '1790000009.000200');
    await handle(next);
    expect(await isHandled(next)).toBe(false);
    stage.context.advance({ seconds: 121 });
    await handle(next);
    expect([await isHandled(stuck), await isHandled(next)]).toEqual([false, true]);
  });
});
