import { describe, expect, it } from 'vitest';
import type { Member } from '../../../src/domain/actor.ts';
import { queueFailure } from '../../../src/domain/tickets/channel/queue-failure.ts';
import { recordCardPosted } from '../../../src/domain/tickets/channel/record-post.ts';
import { notePosting, type Slot, takeSlot } from '../../../src/domain/tickets/channel/slot.ts';
import { answerTicket } from '../../../src/domain/tickets/conversation/answer-ticket.ts';
import { deleteTicket } from '../../../src/domain/tickets/deletion/delete-ticket.ts';
import { lockPeople } from '../../../src/domain/tickets/lock-people.ts';
import { mergeTicket } from '../../../src/domain/tickets/merge/merge-ticket.ts';
import { openFromCustomer } from '../../../src/domain/tickets/open-from-customer.ts';
import { recordNote } from '../../../src/domain/tickets/say/record-note.ts';
import { recordReply } from '../../../src/domain/tickets/say/record-reply.ts';
import { setStatus } from '../../../src/domain/tickets/set-status.ts';
import { until } from '../../jobs/until.ts';
import { refusal, tally, useStage } from '../invitations/stage.ts';
import { anyTicket, cardOf, openTicketDesk } from './desk.ts';

const stage = useStage();
const RITA = { name: 'Rita Requester', email: 'rita@customer.example' };
const CHANNEL = 'C0SUPPORT';

async function deskWithTicket() {
  const desk = await openTicketDesk(stage);
  const open = () => anyTicket(stage, desk.owner, { requester: RITA });
  const { id, number } = await open();
  await stage.database.outboxRow.deleteMany();
  const erase = (ticketId = id, confirmation = number, by: Member = desk.admin) =>
    deleteTicket(stage.context, by, { ticketId, confirmation });
  return { ...desk, id, number, open, erase };
}

const answer = (ticketId: string, text: string) => answerTicket(stage.context, { ticketId, text, files: [] });
const code = async (attempt: Promise<unknown>) => {
  const { code: word, field } = await refusal(attempt);
  return [word, field];
};
const unposts = async () =>
  (await stage.database.outboxRow.findMany({ where: { topic: 'ticket.unpost' } })).map(
    ({ payload, availableAt }) => ({ ...(payload as object), availableAt }),
  );
/** Resolves when a session of this database waits for another. */
async function somebodyWaits(): Promise<void> {
  await until(async () => {
    const waiting = await stage.database.$queryRaw<unknown[]>`
      SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    return waiting.length > 0;
  });
}
const rowsOf = async (ticketId: string) => ({
  tickets: await stage.database.ticket.count({ where: { id: ticketId } }),
  messages: await stage.database.ticketMessage.count({ where: { ticketId } }),
  notes: await stage.database.ticketNote.count({ where: { ticketId } }),
  files: await stage.database.ticketAttachment.count({ where: { ticketId } }),
  line: await stage.database.threadPost.count({ where: { ticketId } }),
});

describe('deleting a ticket', () => {
  it('takes everything in it along, and leaves a line in the trail with its number alone', async () => {
    const { id, erase, agent, organization, owner } = await deskWithTicket();
    const where = { id };
    await stage.database.ticket.update({ where, data: { channelId: CHANNEL, messageTs: '1.5' } });
    await recordNote(stage.context, agent, { ticketId: id, text: 'Spam?', slackTs: null });
    await recordReply(stage.context, agent, { ticketId: id, slackTs: '1.6', text: 'Hello', files: [] });
    const bytes = new Uint8Array([1]);
    const files = [{ name: 'a.png', contentType: 'image/png', bytes }];
    await answerTicket(stage.context, { ticketId: id, text: 'Look', files });
    expect(await rowsOf(id)).toEqual({ tickets: 1, messages: 3, notes: 1, files: 1, line: 3 });
    expect(await erase(id, ' tkt-001 ')).toEqual({ number: 'TKT-001' });
    expect(await rowsOf(id)).toEqual({ tickets: 0, messages: 0, notes: 0, files: 0, line: 0 });
    expect(await stage.database.customer.count({ where: { organizationId: organization.id } })).toBe(0);
    expect(await stage.auditOf(organization)).toEqual(['ticket.deleted TKT-001 by Adam Admin']);
    const [entry] = await stage.database.auditEntry.findMany({ where: { organizationId: organization.id } });
    expect(entry).toMatchObject({ before: null, after: null });
    expect(await unposts()).toMatchObject([
      { teamId: owner.teamId, channelId: CHANNEL, ticketId: id, ts: '1.5' },
    ]);
  });

  it('never gives the number again', async () => {
    const { erase, open } = await deskWithTicket();
    await erase();
    expect((await open()).number).toBe('TKT-002');
  });

  it('keeps whoever has another ticket, or words in one', async () => {
    const { id, erase, open, owner, organization } = await deskWithTicket();
    const kept = await open();
    await erase();
    const people = { where: { organizationId: organization.id } };
    expect(await stage.database.customer.findMany(people)).toMatchObject([{ email: RITA.email }]);
    const { id: other } = await anyTicket(stage, owner, {
      requester: { name: 'Sam', email: 'sam@x.example' },
    });
    const rita = await stage.database.customer.findFirstOrThrow({
      where: { email: RITA.email, ...people.where },
    });
    await stage.database.ticketMessage.create({
      data: {
        id: stage.context.newId(),
        ticketId: other,
        customerId: rita.id,
        text: 'Me too.',
        createdAt: stage.context.now(),
      },
    });
    await erase(kept.id, kept.number);
    expect(await stage.database.customer.count({ where: { id: rita.id } })).toBe(1);
    // Her words go with the other ticket, and then she does.
    await erase(other, 'TKT-003');
    expect(await stage.database.customer.count(people)).toBe(0);
    expect(await rowsOf(id)).toMatchObject({ tickets: 0 });
  });

  it('lets those stand alone that go on from it, or were merged into it', async () => {
    const { id, number, erase, open, admin, owner } = await deskWithTicket();
    const duplicate = await open();
    await mergeTicket(stage.context, admin, { ticketId: duplicate.id, into: number });
    await setStatus(stage.context, admin, { ticketId: id, status: 'closed' });
    const { ticketId: follower } = await answer(id, 'Again.');
    await stage.database.outboxRow.deleteMany();
    await erase();
    expect(await cardOf(stage, owner, duplicate.id)).toMatchObject({ status: 'closed', mergedInto: null });
    expect(await cardOf(stage, owner, follower)).toMatchObject({ status: 'open', preceding: null });
    const cards = await stage.database.outboxRow.findMany({ where: { topic: 'ticket.card' } });
    expect(cards.map(({ payload }) => (payload as { ticketId: string }).ticketId).sort()).toEqual(
      [duplicate.id, follower].sort(),
    );
    expect(await answer(duplicate.id, 'And I?')).toMatchObject({ continued: true });
  });

  it('is for Admins and the Owner, also where nothing else can be changed, and by its number typed', async () => {
    const { id, number, erase, agent, owner, admin } = await deskWithTicket();
    expect(await code(erase(id, number, agent))).toEqual(['not_allowed', undefined]);
    const foreign = await openTicketDesk(stage);
    expect(await code(erase(id, number, foreign.owner))).toEqual(['ticket_unknown', undefined]);
    expect(await code(erase('no id', number))).toEqual(['ticket_unknown', undefined]);
    for (const typed of ['', 'TKT-002', '001', 'delete']) {
      expect(await code(erase(id, typed))).toEqual(['ticket_confirmation', 'confirmation']);
    }
    expect(await rowsOf(id)).toMatchObject({ tickets: 1 });
    await erase(id, number, { ...owner, readOnly: 'lapsed' });
    expect(await rowsOf(id)).toMatchObject({ tickets: 0 });
    expect(await code(erase(id, number, admin))).toEqual(['ticket_unknown', undefined]);
  });

  it('has the card deleted that a worker may have posted before it died, once nobody posts there', async () => {
    const { id, erase, owner } = await deskWithTicket();
    const channel = { organizationId: owner.organizationId, channelId: CHANNEL };
    const slot = (await takeSlot(stage.context, channel)) as Slot;
    await notePosting(stage.context, slot, id);
    const since = stage.context.now();
    await erase();
    expect(await unposts()).toMatchObject([
      { channelId: CHANNEL, ticketId: id, ts: null, since: since.toISOString() },
    ]);
    expect((await unposts())[0]?.availableAt.getTime()).toBeGreaterThan(since.getTime());
  });

  it('while its card is on the way has the card deleted when it is there', async () => {
    const { id, erase, owner } = await deskWithTicket();
    const { teamId } = owner;
    await erase();
    await stage.database.outboxRow.deleteMany();
    const shownAt = stage.context.now();
    const posted = { teamId, ticketId: id, channelId: CHANNEL, ts: '1.9', shownAt, goesOn: false };
    await recordCardPosted(stage.context, posted);
    expect(await unposts()).toMatchObject([{ teamId, channelId: CHANNEL, ticketId: id, ts: '1.9' }]);
  });
});

describe('at the same moment', () => {
  const rounds = Array.from({ length: 8 }, (_, round) => round);

  it.each(rounds)('two delete it: one does (%i)', async () => {
    const { erase, owner, id, number } = await deskWithTicket();
    expect(await tally([erase(), erase(id, number, owner), erase()])).toEqual({ done: 1, ticket_unknown: 2 });
  });

  it.each(rounds)('answers, replies and failures arrive: they are refused or gone with it (%i)', async () => {
    const { id, erase, agent, organization } = await deskWithTicket();
    const reply = (at: number) =>
      recordReply(stage.context, agent, { ticketId: id, slackTs: `2.${at}`, text: 'Hello', files: [] });
    await reply(0);
    const { id: messageId } = await stage.database.ticketMessage.findFirstOrThrow({
      where: { ticketId: id, slackTs: '2.0' },
    });
    const failure = { messageId, gone: null, id, organizationId: organization.id, channelId: CHANNEL };
    await tally([
      answer(id, 'One'),
      queueFailure(stage.context, failure),
      reply(1),
      erase(),
      answer(id, 'Two'),
      queueFailure(stage.context, failure),
      reply(2),
    ]);
    expect(await rowsOf(id)).toEqual({ tickets: 0, messages: 0, notes: 0, files: 0, line: 0 });
  });

  it.each(rounds)('it is merged, or merged into, and the merge undone (%i)', async () => {
    const { id, number, erase, open, admin, agent } = await deskWithTicket();
    const [one, two, three] = [await open(), await open(), await open()];
    await mergeTicket(stage.context, admin, { ticketId: one.id, into: number });
    await tally([
      mergeTicket(stage.context, admin, { ticketId: two.id, into: number }),
      setStatus(stage.context, agent, { ticketId: one.id, status: 'open' }),
      erase(),
      mergeTicket(stage.context, admin, { ticketId: one.id, into: three.number }),
      answer(one.id, 'Hello?'),
      mergeTicket(stage.context, admin, { ticketId: id, into: three.number }),
      answer(two.id, 'Hello too?'),
    ]);
    expect(await rowsOf(id)).toMatchObject({ tickets: 0 });
    const words = await stage.database.ticketMessage.findMany({
      where: { text: { in: ['Hello?', 'Hello too?'] }, ticket: { organizationId: admin.organizationId } },
    });
    // What was said to the deleted one before it was deleted went with it.
    for (const { ticketId } of words) expect(ticketId).not.toBe(id);
  });

  it.each(rounds)('an answer goes on from it: it is refused, or its ticket stands alone (%i)', async () => {
    const { id, erase, admin, organization } = await deskWithTicket();
    await setStatus(stage.context, admin, { ticketId: id, status: 'closed' });
    const counts = await tally([answer(id, 'Again.'), erase(), answer(id, 'And again.')]);
    expect((counts.done ?? 0) + (counts.ticket_unknown ?? 0)).toBe(3);
    const left = await stage.database.ticket.findMany({ where: { organizationId: organization.id } });
    // Both answers go on in one ticket.
    expect(left).toHaveLength(Math.min(1, (counts.done ?? 0) - 1));
    for (const { precedingId } of left) expect(precedingId).toBeNull();
  });

  it('and just before an answer goes on from it: the answer is refused', async () => {
    const { id, admin } = await deskWithTicket();
    await setStatus(stage.context, admin, { ticketId: id, status: 'closed' });
    const { requesterId } = await stage.database.ticket.findUniqueOrThrow({ where: { id } });
    const refused = await stage.database.$transaction(async (transaction) => {
      await lockPeople(transaction, [requesterId]);
      const outcome = code(answer(id, 'Again.'));
      await somebodyWaits();
      await transaction.ticket.deleteMany({ where: { id } });
      return { outcome };
    });
    expect(await refused.outcome).toEqual(['ticket_unknown', undefined]);
  });

  it('the same person opens another: they have it, and are kept', async () => {
    const { erase, organization } = await deskWithTicket();
    const { erased } = await stage.database.$transaction(async (transaction) => {
      await openFromCustomer(
        { ...stage.context, database: transaction },
        {
          organizationId: organization.id,
          teamId: organization.teamId,
          requester: { ...RITA, proven: false },
          title: 'Another',
          text: 'Another.',
          source: 'email',
        },
      );
      const erased = erase();
      await somebodyWaits();
      return { erased };
    });
    await erased;
    const tickets = await stage.database.ticket.findMany({
      where: { organizationId: organization.id },
      select: { number: true, requester: { select: { email: true } } },
    });
    expect(tickets).toEqual([{ number: 2, requester: { email: RITA.email } }]);
  });
});
