import { describe, expect, it } from 'vitest';
import { Prisma } from '../../../src/database/client.ts';
import { removeMember } from '../../../src/domain/members/remove-member.ts';
import { claimTicket } from '../../../src/domain/tickets/assign-ticket.ts';
import { findNextPost, nextPostQuery } from '../../../src/domain/tickets/channel/next-post.ts';
import { releaseWaiting } from '../../../src/domain/tickets/channel/release.ts';
import { freeSlot, notePosting, type Slot, takeSlot } from '../../../src/domain/tickets/channel/slot.ts';
import { endChannelTrouble, reportChannelTrouble } from '../../../src/domain/tickets/channel/trouble.ts';
import { openFromCustomer } from '../../../src/domain/tickets/open-from-customer.ts';
import { recordCustomerMessage } from '../../../src/domain/tickets/say/record-customer-message.ts';
import { recordNote } from '../../../src/domain/tickets/say/record-note.ts';
import { recordReply } from '../../../src/domain/tickets/say/record-reply.ts';
import { setStatus } from '../../../src/domain/tickets/set-status.ts';
import { seedMember, seedOrganization } from '../../setup/organization.ts';
import { useStage } from '../invitations/stage.ts';
import { anyTicket, openTicketDesk } from './desk.ts';

const stage = useStage();
const CHANNEL = 'C0SUPPORT';

/** A desk whose support channel is chosen. */
async function desk() {
  const opened = await openTicketDesk(stage);
  const { organizationId: id } = opened.agent;
  await stage.database.organization.update({ where: { id }, data: { supportChannelId: CHANNEL } });
  return { ...opened, channel: { organizationId: id, channelId: CHANNEL } };
}

const effects = (topic: string) => stage.database.outboxRow.findMany({ where: { topic } });

describe('the slot of a channel', () => {
  it('has one holder of any number who ask at once, and is free a second after it was given back', async () => {
    const { channel } = await desk();
    const taken = await Promise.all(Array.from({ length: 30 }, () => takeSlot(stage.context, channel)));
    const holders = taken.filter((one): one is Slot => one !== null && 'holder' in one);
    expect(holders).toHaveLength(1);
    const [holder] = holders as [Slot];
    await freeSlot(stage.context, holder, { after: 1000, settled: true });
    stage.context.advance({ milliseconds: 999 });
    expect(await takeSlot(stage.context, channel)).toMatchObject({ freeAt: expect.any(Date) });
    stage.context.advance({ milliseconds: 101 });
    expect(await takeSlot(stage.context, channel)).toMatchObject({ teamId: holder.teamId, posting: null });
    // Another channel never waited.
    expect(await takeSlot(stage.context, { ...channel, channelId: 'C0OTHER' })).toHaveProperty('holder');
  });

  it('of a holder who died goes to another, with what was being posted; the dead one can write nothing any more', async () => {
    const { channel } = await desk();
    const dead = (await takeSlot(stage.context, channel)) as Slot;
    const id = stage.context.newId();
    expect(await notePosting(stage.context, dead, id)).toEqual({ begunBefore: null });
    const since = stage.context.now();
    stage.context.advance({ seconds: 61 });
    const next = (await takeSlot(stage.context, channel)) as Slot;
    expect(next.posting).toEqual({ id, since });
    expect(await notePosting(stage.context, dead, id)).toBeNull();
    await freeSlot(stage.context, dead, { after: 0, settled: true });
    expect(await takeSlot(stage.context, channel)).toHaveProperty('freeAt');
    expect(await notePosting(stage.context, next, id)).toEqual({ begunBefore: since });
  });

  it('of an organization that is gone is nobody’s', async () => {
    expect(
      await takeSlot(stage.context, { organizationId: stage.context.newId(), channelId: CHANNEL }),
    ).toBeNull();
  });
});

describe('the line of a channel', () => {
  it('is in the order of writing, and holds nothing of another channel or organization', async () => {
    const { agent, channel } = await desk();
    const other = await desk();
    await anyTicket(stage, other.agent);
    const first = await anyTicket(stage, agent);
    await anyTicket(stage, agent);
    expect(await findNextPost(stage.context, channel, null)).toMatchObject({ kind: 'card', id: first.id });
    expect(await findNextPost(stage.context, { ...channel, channelId: 'C0ELSE' }, null)).toBeNull();
    await stage.database.ticket.update({
      where: { id: first.id },
      data: { channelId: CHANNEL, messageTs: '1.1' },
    });
    const { requesterId } = await stage.database.ticket.findUniqueOrThrow({ where: { id: first.id } });
    await recordCustomerMessage(stage.context, {
      ticketId: first.id,
      customerId: requesterId,
      text: 'Well?',
      dedupeKey: 'line',
    });
    // The second ticket was there before the answer to the first.
    const second = await findNextPost(stage.context, channel, null);
    expect(second).toMatchObject({ kind: 'card' });
    const answer = await stage.database.threadPost.findFirstOrThrow({ where: { ticketId: first.id } });
    expect(await findNextPost(stage.context, channel, answer.id)).toMatchObject({
      kind: 'message',
      threadTs: '1.1',
    });
  });

  it('is empty without seats and, for new tickets, while the channel is in trouble', async () => {
    const { agent, channel } = await desk();
    await anyTicket(stage, agent);
    const { teamId } = agent;
    const where = { id: agent.organizationId };
    await reportChannelTrouble(stage.context, { teamId, channelId: CHANNEL, reason: 'is_archived' });
    expect(await findNextPost(stage.context, channel, null)).toBeNull();
    await endChannelTrouble(stage.context, { teamId, channelId: CHANNEL });
    expect(await findNextPost(stage.context, channel, null)).not.toBeNull();
    await stage.database.organization.update({ where, data: { seatsPurchased: 0 } });
    expect(await findNextPost(stage.context, channel, null)).toBeNull();
  });

  it('is read on indexes, however many tickets there are and wait', async () => {
    const { channel, agent } = await desk();
    const { id: ticketId } = await anyTicket(stage, agent);
    const { requesterId } = await stage.database.ticket.findUniqueOrThrow({ where: { id: ticketId } });
    await stage.database.$executeRaw`
      INSERT INTO tickets (id, organization_id, prefix, number, title, source, requester_id, channel_id, message_ts,
        created_at, active_at)
      SELECT gen_random_uuid(), ${channel.organizationId}::uuid, 'BULK', n, 'Order', 'email', ${requesterId}::uuid,
        CASE WHEN n % 2 = 0 THEN ${CHANNEL} END, CASE WHEN n % 2 = 0 THEN n || '.1' END, now(), now()
      FROM generate_series(1, 20000) n`;
    await stage.database.$executeRaw`
      INSERT INTO thread_posts (id, organization_id, ticket_id, kind, subject_id)
      SELECT gen_random_uuid(), organization_id, id, 'note', id FROM tickets WHERE prefix = 'BULK' AND number % 4 = 0`;
    await stage.database.$executeRawUnsafe('VACUUM ANALYZE');
    const [plan] = await stage.database.$queryRaw<[{ 'QUERY PLAN': unknown }]>(
      Prisma.sql`EXPLAIN (ANALYZE, FORMAT JSON) ${nextPostQuery(channel)}`,
    );
    const nodes = JSON.stringify(plan['QUERY PLAN']);
    expect(nodes).toContain('tickets_unposted');
    expect(nodes).not.toMatch(/"Node Type":"Seq Scan","Parent[^}]*"Relation Name":"(tickets|thread_posts)"/);
    const looked = [...nodes.matchAll(/"Actual Rows":([\d.]+)/g)].map(([, rows]) => Number(rows));
    expect(Math.max(...looked)).toBeLessThan(100);
  });
});

describe('trouble with a channel', () => {
  it('is told to each Admin and the Owner once, however often it is noticed, and is over once', async () => {
    const { agent, channel } = await desk();
    const { teamId } = agent;
    await seedMember(stage.context, { id: channel.organizationId, teamId }, { role: 'admin' });
    const report = () =>
      reportChannelTrouble(stage.context, { teamId, channelId: CHANNEL, reason: 'is_archived' });
    expect(await Promise.all(Array.from({ length: 20 }, report))).toEqual(Array(20).fill(true));
    const told = (await effects('notice')).filter(({ payload }) => JSON.stringify(payload).includes(teamId));
    const admins = await stage.database.member.count({
      where: { organizationId: channel.organizationId, role: { in: ['owner', 'admin'] } },
    });
    expect(told).toHaveLength(admins);
    const end = () => endChannelTrouble(stage.context, { teamId, channelId: CHANNEL });
    await Promise.all(Array.from({ length: 5 }, end));
    const released = await effects('tickets.release');
    expect(
      released.filter(({ payload }) => JSON.stringify(payload).includes(channel.organizationId)),
    ).toHaveLength(1);
    expect(await reportChannelTrouble(stage.context, { teamId, channelId: 'C0ELSE', reason: 'x' })).toBe(
      false,
    );
  });
});

describe('what is said at once', () => {
  it('as a reply and, by an edit, as a note is a note, whichever is heard first', async () => {
    const { agent } = await desk();
    const { id: ticketId } = await anyTicket(stage, agent);
    for (const slackTs of ['8.1', '8.2']) {
      const tellings = [
        () => recordReply(stage.context, agent, { ticketId, slackTs, text: 'She is rude', files: [] }),
        () => recordNote(stage.context, agent, { ticketId, slackTs, text: 'note: she is rude' }),
      ];
      if (slackTs === '8.2') tellings.reverse();
      for (const tell of tellings) await tell();
      const seen = await stage.database.ticketMessage.count({
        where: { ticketId, slackTs, deletedAt: null },
      });
      expect(seen).toBe(0);
      expect(await stage.database.ticketNote.count({ where: { ticketId, slackTs } })).toBe(1);
    }
  });

  it('to a ticket of somebody who left is nobody’s to do', async () => {
    const { agent, owner } = await desk();
    const { id: ticketId } = await anyTicket(stage, agent);
    await claimTicket(stage.context, agent, { ticketId });
    await setStatus(stage.context, agent, { ticketId, status: 'resolved' });
    await removeMember(stage.context, owner, { memberId: agent.memberId });
    const where = { id: ticketId };
    const { requesterId: customerId } = await stage.database.ticket.findUniqueOrThrow({ where });
    await recordCustomerMessage(stage.context, { ticketId, customerId, text: 'Hm', dedupeKey: ticketId });
    expect(await stage.database.ticket.findUniqueOrThrow({ where })).toMatchObject({
      status: 'open',
      assigneeId: null,
    });
  });

  it('by 50 tellings of one reply is one reply and one mail', async () => {
    const { agent } = await desk();
    const { id: ticketId } = await anyTicket(stage, agent);
    const said = { ticketId, slackTs: '7.1', text: 'Hello', files: [] };
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => recordReply(stage.context, agent, said)),
    );
    expect(outcomes.filter(({ outcome }) => outcome === 'recorded')).toHaveLength(1);
    const [message] = await stage.database.ticketMessage.findMany({ where: { ticketId, slackTs: '7.1' } });
    const mails = (await effects('ticket.mail')).filter(({ payload }) =>
      JSON.stringify(payload).includes(message?.id ?? ''),
    );
    expect(mails).toHaveLength(1);
  });

  it('by a customer under one key is one message, open or closed; another organization’s customer says nothing', async () => {
    const { agent, admin, channel } = await desk();
    const { id: ticketId } = await anyTicket(stage, agent);
    const { requesterId: customerId } = await stage.database.ticket.findUniqueOrThrow({
      where: { id: ticketId },
    });
    const say = (dedupeKey: string) =>
      recordCustomerMessage(stage.context, { ticketId, customerId, text: 'Again', dedupeKey });
    const heard = await Promise.all(Array.from({ length: 30 }, () => say(`open ${ticketId}`)));
    expect(heard.filter((one) => one !== null)).toEqual([{ ticketId, opened: null, goesOn: false }]);
    await setStatus(stage.context, admin, { ticketId, status: 'closed' });
    const after = await Promise.all(Array.from({ length: 30 }, () => say(`closed ${ticketId}`)));
    expect(after.filter((one) => one !== null)).toHaveLength(1);
    expect(await stage.database.ticket.count({ where: { precedingId: ticketId } })).toBe(1);

    const stranger = await seedOrganization(stage.context);
    await openFromCustomer(stage.context, {
      organizationId: stranger.id,
      teamId: stranger.teamId,
      requester: { email: 'x@other.example', proven: false },
      title: 'x',
      text: 'x',
      source: 'email',
    });
    const other = await stage.database.customer.findFirstOrThrow({ where: { organizationId: stranger.id } });
    const foreign = { ticketId, customerId: other.id, text: 'Let me in', dedupeKey: 'foreign' };
    expect(await recordCustomerMessage(stage.context, foreign)).toBeNull();
    await releaseWaiting(stage.context, channel.organizationId);
  });
});
