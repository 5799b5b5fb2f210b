import { describe, expect, it } from 'vitest';
import type { Member } from '../../../src/domain/actor.ts';
import { removeMember } from '../../../src/domain/members/remove-member.ts';
import { assignTicket } from '../../../src/domain/tickets/assign-ticket.ts';
import { answerTicket } from '../../../src/domain/tickets/conversation/answer-ticket.ts';
import { mergeTicket } from '../../../src/domain/tickets/merge/merge-ticket.ts';
import { recordReply } from '../../../src/domain/tickets/say/record-reply.ts';
import { setStatus } from '../../../src/domain/tickets/set-status.ts';
import { seedMember } from '../../setup/organization.ts';
import { refusal, tally, useStage } from '../invitations/stage.ts';
import { anyTicket, cardOf, effectsFor, openTicketDesk } from './desk.ts';

const stage = useStage();
const RITA = { name: 'Rita Requester', email: 'rita@customer.example' };

/** A desk with tickets of one person. */
async function deskOf(count: number) {
  const desk = await openTicketDesk(stage);
  const tickets: { id: string; number: string }[] = [];
  for (let each = 0; each < count; each++) {
    tickets.push(await anyTicket(stage, desk.owner, { requester: RITA }));
  }
  await stage.database.outboxRow.deleteMany();
  const merge = (from: { id: string }, into: { number: string }, by: Member = desk.admin) =>
    mergeTicket(stage.context, by, { ticketId: from.id, into: into.number });
  return { ...desk, tickets, merge, card: (id: string) => cardOf(stage, desk.owner, id) };
}

const answer = (ticketId: string, text: string, idempotencyKey?: string) =>
  answerTicket(stage.context, { ticketId, text, files: [], idempotencyKey });
const wordsIn = async (ticketId: string) =>
  (await stage.database.ticketMessage.findMany({ where: { ticketId }, orderBy: { id: 'asc' } }))
    .slice(1)
    .map(({ text }) => text);
const code = async (attempt: Promise<unknown>) => {
  const { code: word, field } = await refusal(attempt);
  return [word, field];
};

describe('merging', () => {
  it('closes the duplicate, which keeps its words and leads to the other, and tells both threads', async () => {
    const { tickets, merge, card, admin, organization } = await deskOf(2);
    const [target, duplicate] = tickets as [{ id: string; number: string }, { id: string; number: string }];
    stage.context.advance({ seconds: 5 });
    expect(await merge(duplicate, target)).toEqual({ number: 'TKT-002', into: 'TKT-001' });
    expect(await card(duplicate.id)).toMatchObject({
      status: 'closed',
      number: 'TKT-002',
      description: 'It does not boil.',
      resolvedAt: stage.context.now(),
      activeAt: stage.context.now(),
      mergedInto: { id: target.id, number: 'TKT-001' },
    });
    expect(await card(target.id)).toMatchObject({ status: 'open', mergedInto: null });
    const line = await stage.database.threadPost.findMany({ orderBy: { id: 'asc' } });
    expect(line.map(({ ticketId, kind, subjectId }) => ({ ticketId, kind, subjectId }))).toEqual([
      { ticketId: duplicate.id, kind: 'merged', subjectId: duplicate.id },
      { ticketId: target.id, kind: 'absorbed', subjectId: duplicate.id },
    ]);
    expect(await effectsFor(stage, admin, duplicate.id)).toEqual([
      `home.publish ${admin.userId}`,
      'home.refresh',
      'ticket.card',
    ]);
    expect(await stage.auditOf(organization)).toEqual(['ticket.merged TKT-002 by Adam Admin']);
  });

  it('reads the number as people write it, of the present prefix where none is given', async () => {
    const { tickets, merge } = await deskOf(4);
    const [one, two, three, four] = tickets as { id: string; number: string }[];
    await merge(two as { id: string }, { number: ' tkt-1 ' });
    await merge(three as { id: string }, { number: '#0001' });
    expect(await merge(four as { id: string }, one as { number: string })).toMatchObject({ into: 'TKT-001' });
  });

  it('is refused on its field for what is no other open end of the same person', async () => {
    const { tickets, merge, owner, card } = await deskOf(4);
    const [one, two, three, four] = tickets as [
      { id: string; number: string },
      { id: string; number: string },
      { id: string; number: string },
      { id: string; number: string },
    ];
    const stranger = await anyTicket(stage, owner, {
      requester: { name: 'Sam', email: 'sam@customer.example' },
    });
    const foreign = await openTicketDesk(stage, { prefix: 'SUP' });
    await anyTicket(stage, foreign.owner, { requester: RITA });
    await stage.database.outboxRow.deleteMany();
    const other = await refusal(merge(one, stranger));
    expect([other.code, other.field]).toEqual(['merge_other_requester', 'into']);
    expect(other.message).toContain('one would read the other’s words');
    expect(await code(merge(stranger, one))).toEqual(['merge_other_requester', 'into']);
    expect(await code(merge(one, one))).toEqual(['merge_itself', 'into']);
    for (const number of ['TKT-999', 'SUP-001', 'nonsense', '', '99999999999999']) {
      expect(await code(merge(one, { number }))).toEqual(['merge_unknown', 'into']);
    }
    await merge(two, one);
    expect(await code(merge(two, three))).toEqual(['merge_done', 'into']);
    expect(await code(merge(three, two))).toEqual(['merge_into_merged', 'into']);
    expect(await code(merge(one, two))).toEqual(['merge_of_target', 'into']);
    expect(await code(merge(one, four))).toEqual(['merge_of_target', 'into']);
    for (const { id } of [one, three, four]) expect((await card(id)).mergedInto).toBeNull();
  });

  it('is for Admins and the Owner of the organization alone, and not while it is read-only', async () => {
    const { tickets, merge, agent, owner, card } = await deskOf(2);
    const [target, duplicate] = tickets as [{ id: string; number: string }, { id: string; number: string }];
    expect(await code(merge(duplicate, target, agent))).toEqual(['not_allowed', undefined]);
    const foreign = await openTicketDesk(stage);
    expect(await code(merge(duplicate, target, foreign.owner))).toEqual(['ticket_unknown', undefined]);
    expect(await code(merge({ id: 'no id' }, target))).toEqual(['ticket_unknown', undefined]);
    for (const readOnly of ['lapsed', 'closing'] as const) {
      const attempt = merge(duplicate, target, { ...owner, readOnly });
      expect(await code(attempt)).toEqual([`organization_${readOnly}`, undefined]);
    }
    expect((await card(duplicate.id)).status).toBe('open');
  });

  it('is undone by reopening, in the trail too; what was answered meanwhile stays where it is', async () => {
    const { tickets, merge, card, agent, organization } = await deskOf(3);
    const [target, duplicate, third] = tickets as { id: string; number: string }[];
    const { id } = duplicate as { id: string };
    await merge({ id }, target as { number: string });
    await answer(id, 'Meanwhile.');
    await setStatus(stage.context, agent, { ticketId: id, status: 'pending' });
    expect(await card(id)).toMatchObject({ status: 'pending', mergedInto: null });
    const [undone] = await stage.database.auditEntry.findMany({
      where: { organizationId: organization.id, action: 'ticket.status_changed' },
    });
    expect(undone?.before).toEqual({ status: 'closed', merged: true });
    await answer(id, 'Here again.');
    expect(await wordsIn(id)).toEqual(['Here again.']);
    expect(await wordsIn(target?.id as string)).toEqual(['Meanwhile.']);
    // Before any thread was told: the other one is told of the new merge alone.
    await merge({ id }, third as { number: string });
    const line = await stage.database.threadPost.findMany({
      where: { kind: { in: ['merged', 'absorbed'] } },
      orderBy: { kind: 'asc' },
    });
    expect(line.filter(({ subjectId }) => subjectId === id).map(({ ticketId }) => ticketId)).toEqual([
      id,
      third?.id,
    ]);
  });
});

describe('what is said to a merged ticket', () => {
  it('by its customer stands in the other one, once, and opens it again where it was resolved', async () => {
    const { tickets, merge, card, agent } = await deskOf(2);
    const [target, duplicate] = tickets as [{ id: string; number: string }, { id: string; number: string }];
    await merge(duplicate, target);
    await setStatus(stage.context, agent, { ticketId: target.id, status: 'resolved' });
    const first = await answer(duplicate.id, 'Still cold.', 'once');
    expect(first).toMatchObject({ ticketId: target.id, continued: false, replayed: false });
    const again = await answer(duplicate.id, 'Still cold.', 'once');
    expect(again).toEqual({ ...first, replayed: true });
    expect(await wordsIn(target.id)).toEqual(['Still cold.']);
    expect(await wordsIn(duplicate.id)).toEqual([]);
    expect(await card(target.id)).toMatchObject({ status: 'open', resolvedAt: null });
    expect(await card(duplicate.id)).toMatchObject({ status: 'closed', mergedInto: { id: target.id } });
  });

  it('whose target is closed opens a new ticket that goes on from the target', async () => {
    const { tickets, merge, card, admin } = await deskOf(2);
    const [target, duplicate] = tickets as [{ id: string; number: string }, { id: string; number: string }];
    await merge(duplicate, target);
    await setStatus(stage.context, admin, { ticketId: target.id, status: 'closed' });
    const answered = await answer(duplicate.id, 'Once more.', 'key');
    expect(answered).toMatchObject({ continued: true, replayed: false });
    expect(await card(answered.ticketId)).toMatchObject({ number: 'TKT-003', preceding: { id: target.id } });
    expect(await answer(duplicate.id, 'Once more.', 'key')).toEqual({ ...answered, replayed: true });
  });

  it('whose closed target went on already stands where that went on, which its link does not open', async () => {
    const { tickets, merge, admin } = await deskOf(2);
    const [target, duplicate] = tickets as [{ id: string; number: string }, { id: string; number: string }];
    await merge(duplicate, target);
    await setStatus(stage.context, admin, { ticketId: target.id, status: 'closed' });
    const { ticketId } = await answer(target.id, 'To the target.');
    const answered = await answer(duplicate.id, 'To the duplicate.', 'key');
    expect(answered).toMatchObject({ ticketId, continued: false, replayed: false });
    expect(await answer(duplicate.id, 'To the duplicate.', 'key')).toEqual({ ...answered, replayed: true });
    expect(await answer(target.id, 'To the target.', 'other')).toMatchObject({ ticketId, continued: true });
    expect(await answer(target.id, 'To the target.', 'other')).toMatchObject({
      continued: true,
      replayed: true,
    });
  });

  it('by an agent is not recorded, and they are told where it goes on', async () => {
    const { tickets, merge, agent } = await deskOf(2);
    const [target, duplicate] = tickets as [{ id: string; number: string }, { id: string; number: string }];
    await merge(duplicate, target);
    const said = { ticketId: duplicate.id, slackTs: '1.1', text: 'Hello?', files: [] };
    expect(await recordReply(stage.context, agent, said)).toMatchObject({
      outcome: 'closed',
      mergedInto: 'TKT-001',
    });
    expect(await wordsIn(duplicate.id)).toEqual([]);
  });
});

describe('at the same moment', () => {
  const rounds = Array.from({ length: 8 }, (_, round) => round);

  it.each(rounds)('two tickets are merged into each other: one is (%i)', async () => {
    const { tickets, merge, card } = await deskOf(2);
    const [one, two] = tickets as [{ id: string; number: string }, { id: string; number: string }];
    const counts = await tally([merge(one, two), merge(two, one)]);
    expect(counts).toEqual({ done: 1, merge_of_target: 1 });
    const merged = [await card(one.id), await card(two.id)].filter(({ mergedInto }) => mergedInto !== null);
    expect(merged).toHaveLength(1);
  });

  it.each(rounds)('three are merged in a row or a ring: none leads to a merged one (%i)', async () => {
    const { tickets, merge } = await deskOf(3);
    const [one, two, three] = tickets as { id: string; number: string }[] as [
      { id: string; number: string },
      { id: string; number: string },
      { id: string; number: string },
    ];
    const counts = await tally([merge(one, two), merge(two, three), merge(three, one), merge(one, two)]);
    expect(counts.done).toBe(1);
    const chained = await stage.database.ticket.count({
      where: { mergedInto: { mergedIntoId: { not: null } } },
    });
    expect(chained).toBe(0);
  });

  it.each(rounds)('answers arrive: each stands once, in one of the two, and none is lost (%i)', async () => {
    const { tickets, merge } = await deskOf(2);
    const [target, duplicate] = tickets as [{ id: string; number: string }, { id: string; number: string }];
    const answers = Array.from({ length: 12 }, (_, index) => answer(duplicate.id, `Answer ${index}`));
    await Promise.all([...answers.slice(0, 6), merge(duplicate, target), ...answers.slice(6)]);
    const all = [...(await wordsIn(duplicate.id)), ...(await wordsIn(target.id))];
    expect(all.sort()).toEqual(Array.from({ length: 12 }, (_, index) => `Answer ${index}`).sort());
    await answer(duplicate.id, 'The last.');
    expect((await wordsIn(target.id)).at(-1)).toBe('The last.');
  });

  it.each(rounds)('answers arrive to a closed ticket that is merged: each stands once (%i)', async () => {
    const { tickets, merge, admin, organization } = await deskOf(2);
    const [target, duplicate] = tickets as [{ id: string; number: string }, { id: string; number: string }];
    await setStatus(stage.context, admin, { ticketId: duplicate.id, status: 'closed' });
    const answers = Array.from({ length: 8 }, (_, index) => answer(duplicate.id, `Answer ${index}`));
    await Promise.all([...answers.slice(0, 4), merge(duplicate, target), ...answers.slice(4)]);
    const said = await stage.database.ticketMessage.findMany({
      where: { text: { startsWith: 'Answer ' }, ticket: { organizationId: organization.id } },
    });
    expect(said.map(({ text }) => text).sort()).toEqual(answers.map((_, index) => `Answer ${index}`));
    expect(said.filter(({ ticketId }) => ticketId === duplicate.id)).toEqual([]);
  });

  it.each(rounds)('the merge is undone, and answers arrive: none is lost (%i)', async () => {
    const { tickets, merge, agent } = await deskOf(2);
    const [target, duplicate] = tickets as [{ id: string; number: string }, { id: string; number: string }];
    await merge(duplicate, target);
    const answers = Array.from({ length: 8 }, (_, index) => answer(duplicate.id, `Answer ${index}`));
    const undo = setStatus(stage.context, agent, { ticketId: duplicate.id, status: 'open' });
    await Promise.all([...answers, undo]);
    expect([...(await wordsIn(duplicate.id)), ...(await wordsIn(target.id))]).toHaveLength(8);
  });

  it.each(rounds)('whoever has both tickets leaves: nobody waits for the other for ever (%i)', async () => {
    const { tickets, merge, organization, admin, owner } = await deskOf(6);
    const leaver = await seedMember(stage.context, organization);
    for (const { id: ticketId } of [...tickets].reverse()) {
      await assignTicket(stage.context, admin, { ticketId, userId: leaver.userId });
    }
    const [one, ...others] = tickets as [{ id: string; number: string }, ...{ id: string; number: string }[]];
    await Promise.all([
      ...others.map((ticket) => merge(ticket, one)),
      removeMember(stage.context, owner, { memberId: leaver.memberId }),
    ]);
    expect(await stage.database.ticket.count({ where: { mergedIntoId: one.id } })).toBe(5);
  });
});
