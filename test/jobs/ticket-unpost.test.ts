import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Member } from '../../src/domain/actor.ts';
import { type Effect, effect, effects } from '../../src/domain/effects.ts';
import { identify } from '../../src/domain/members/identify.ts';
import { record } from '../../src/domain/record.ts';
import { deleteTicket } from '../../src/domain/tickets/deletion/delete-ticket.ts';
import { openWorld, type TestWorld } from '../setup/desk.ts';
import { queueBackends } from '../setup/redis.ts';
import { openTicketDesk, type TicketDesk } from '../slack/ticket-desk.ts';

const topics = Object.keys(effects).filter((topic) => topic.startsWith('ticket.'));

let world: TestWorld;
let desk: TicketDesk;
let owner: Member;
afterEach(() => world?.stop());

describe.each(await queueBackends())('a deleted ticket on $name', (backend) => {
  beforeEach(async () => {
    world = await openWorld(backend.redisUrl === undefined ? {} : { REDIS_URL: backend.redisUrl });
    world.slack.ownMessageEvents = true;
    desk = await openTicketDesk(world);
    const { teamId } = desk;
    const { id: userId, realName: name } = desk.owner.user;
    owner = (await identify(world.context, { teamId, userId, name })) as Member;
  });

  const posted = async () => {
    const { id, number } = await desk.open(desk.owner);
    await desk.settle();
    const { messageTs } = await desk.row(id);
    return { ticketId: id, number, ts: messageTs as string };
  };
  const erase = ({ ticketId, number }: { ticketId: string; number: string }) =>
    deleteTicket(world.context, owner, { ticketId, confirmation: number });
  const write = (...effects: Effect[]) => record(world.context.database, world.context, [], effects);
  const stands = async (ts: string) =>
    (await world.slack.messages(desk.teamId, desk.channel)).some((message) => message.ts === ts);
  const unpost = (ts: string | null, ticketId: string, more: object = {}) =>
    effect('ticket.unpost', { teamId: desk.teamId, channelId: desk.channel, ticketId, ts, ...more });
  /** Everything of tickets was done, and nothing of it went wrong. */
  const expectQuiet = async () => {
    const rows = await world.context.database.outboxRow.findMany({
      where: { topic: { in: ['notice', ...topics] }, status: { not: 'done' } },
    });
    expect(rows).toEqual([]);
    expect(world.logged.filter(({ level }) => level === 'error')).toEqual([]);
  };

  it('has its message deleted, once, however often it is asked for', async () => {
    const ticket = await posted();
    await erase(ticket);
    await desk.settle();
    expect(await stands(ticket.ts)).toBe(false);
    await write(...Array.from({ length: 5 }, () => unpost(ticket.ts, ticket.ticketId)));
    await desk.settle();
    await expectQuiet();
  });

  it('has the message found that a worker posted which then died', async () => {
    const { ticketId, ts } = await posted();
    const since = new Date(world.context.now().getTime() - 60_000).toISOString();
    await write(unpost(null, ticketId, { since }), unpost(null, world.context.newId(), { since }));
    await desk.settle();
    expect(await stands(ts)).toBe(false);
    await expectQuiet();
  });

  it('waits while Slack is away, and gives up where Slack will not', async () => {
    const [one, two] = [await posted(), await posted()];
    world.slack.faults.next({ method: 'chat.delete', kind: '500', times: 2 });
    await erase(one);
    await desk.settle();
    for (let retry = 0; retry < 2; retry++) {
      await world.advance({ seconds: 600 });
      await desk.settle();
    }
    expect(await stands(one.ts)).toBe(false);
    world.slack.faults.next({ method: 'chat.delete', kind: 'error', error: 'cant_delete_message' });
    await erase(two);
    await write(effect('ticket.unpost', { ...unpostPayload(two), channelId: 'C0NOWHERE' }));
    await desk.settle();
    await expectQuiet();
  });

  it('leaves what waited for it with nothing to do', async () => {
    const ticket = await posted();
    const { ticketId } = ticket;
    const mails = world.mail.mailbox('rita@customer.example').length;
    const { newId, now, database } = world.context;
    const messageId = newId();
    const reply = { id: messageId, ticketId, memberId: owner.memberId, text: 'Hello', slackTs: '1.1' };
    // As it is between the transaction that recorded it and the job that mails it.
    await database.ticketMessage.create({ data: { ...reply, mailStatus: 'queued', createdAt: now() } });
    await erase(ticket);
    const { teamId } = desk;
    const userId = desk.owner.user.id;
    const place = { channelId: desk.channel, ts: ticket.ts, threadTs: ticket.ts };
    await write(
      effect('ticket.mail', { messageId }),
      effect('ticket.mark', { messageId }),
      effect('ticket.files', { messageId, fileIds: ['F1'] }),
      effect('ticket.acknowledge', { ticketId }),
      effect('ticket.post', { ticketId }),
      effect('ticket.card', { ticketId }),
      effect('ticket.confirm', { ticketId, userId, ...place }),
      effect('notice', { teamId, userId, notice: { kind: 'ticket_assigned', ticketId } }),
    );
    await desk.settle();
    expect(world.mail.mailbox('rita@customer.example')).toHaveLength(mails);
    expect(await stands(ticket.ts)).toBe(false);
    await expectQuiet();
  });

  const unpostPayload = ({ ticketId, ts }: { ticketId: string; ts: string }) => ({
    teamId: desk.teamId,
    channelId: desk.channel,
    ticketId,
    ts,
  });
});
