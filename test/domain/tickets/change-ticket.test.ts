import { describe, expect, it } from 'vitest';
import { assignTicket, claimTicket } from '../../../src/domain/tickets/assign-ticket.ts';
import { setCategory } from '../../../src/domain/tickets/set-category.ts';
import { setPriority } from '../../../src/domain/tickets/set-priority.ts';
import { setStatus } from '../../../src/domain/tickets/set-status.ts';
import { seedMember } from '../../setup/organization.ts';
import { refusal, tally, useStage } from '../invitations/stage.ts';
import { anyTicket, cardOf, effectsFor, openTicketDesk } from './desk.ts';

const stage = useStage();

async function deskWithTicket() {
  const desk = await openTicketDesk(stage);
  const { id: ticketId } = await anyTicket(stage, desk.owner);
  await stage.database.outboxRow.deleteMany();
  return { ...desk, ticketId, card: () => cardOf(stage, desk.owner, ticketId) };
}

describe('claiming', () => {
  it('makes the ticket one’s own, shows it on the card and at once in one’s App Home', async () => {
    const { agent, ticketId, card, organization } = await deskWithTicket();
    stage.context.advance({ seconds: 5 });
    expect(await claimTicket(stage.context, agent, { ticketId })).toMatchObject({
      number: 'TKT-001',
      changed: true,
    });
    expect(await card()).toMatchObject({
      assignee: { memberId: agent.memberId },
      activeAt: stage.context.now(),
      status: 'open',
    });
    expect(await effectsFor(stage, agent, ticketId)).toEqual([
      `home.publish ${agent.userId}`,
      'home.refresh',
      'ticket.card',
    ]);
    expect(await stage.auditOf(organization)).toEqual(['ticket.assigned TKT-001 by Agnes Agent']);
  });

  it('by twenty at once gives it to one', async () => {
    const { organization, ticketId, card } = await deskWithTicket();
    const agents = await Promise.all(
      Array.from({ length: 20 }, () => seedMember(stage.context, organization)),
    );
    const counts = await tally(agents.map((agent) => claimTicket(stage.context, agent, { ticketId })));
    expect(counts).toEqual({ done: 1, ticket_claimed: 19 });
    expect((await card()).assignee).not.toBeNull();
  });

  it('again changes nothing', async () => {
    const { agent, ticketId } = await deskWithTicket();
    await claimTicket(stage.context, agent, { ticketId });
    await stage.database.outboxRow.deleteMany();
    expect(await claimTicket(stage.context, agent, { ticketId })).toMatchObject({ changed: false });
    expect(await effectsFor(stage, agent, ticketId)).toEqual([]);
  });

  it('from somebody else is for those who may assign', async () => {
    const { agent, admin, owner, ticketId, card } = await deskWithTicket();
    await claimTicket(stage.context, admin, { ticketId });
    const refused = await refusal(claimTicket(stage.context, agent, { ticketId }));
    expect(refused.message).toContain('Adam Admin has this ticket already');
    await claimTicket(stage.context, owner, { ticketId });
    expect((await card()).assignee?.memberId).toBe(owner.memberId);
  });
});

describe('assigning', () => {
  it('gives a ticket to a member, who is told', async () => {
    const { admin, agent, ticketId, card } = await deskWithTicket();
    await assignTicket(stage.context, admin, { ticketId, userId: agent.userId });
    expect((await card()).assignee).toMatchObject({ memberId: agent.memberId });
    expect(await effectsFor(stage, admin, ticketId)).toEqual([
      ...[admin, agent].map(({ userId }) => `home.publish ${userId}`).sort(),
      'home.refresh',
      `notice ${agent.userId}`,
      'ticket.card',
    ]);
  });

  it('to nobody, or to who has it, needs no notice', async () => {
    const { admin, agent, ticketId, card } = await deskWithTicket();
    await assignTicket(stage.context, admin, { ticketId, userId: agent.userId });
    expect(await assignTicket(stage.context, admin, { ticketId, userId: agent.userId })).toMatchObject({
      changed: false,
    });
    await stage.database.outboxRow.deleteMany();
    await assignTicket(stage.context, admin, { ticketId, userId: null });
    expect((await card()).assignee).toBeNull();
    expect(await effectsFor(stage, admin, ticketId)).not.toContain(`notice ${agent.userId}`);
  });

  it('is for Admins and the Owner; an Agent may take one that is free and put down their own', async () => {
    const { admin, agent, ticketId, card } = await deskWithTicket();
    const code = async (attempt: Promise<unknown>) => (await refusal(attempt)).code;
    expect(await code(assignTicket(stage.context, agent, { ticketId, userId: admin.userId }))).toBe(
      'not_allowed',
    );
    await assignTicket(stage.context, agent, { ticketId, userId: agent.userId });
    await assignTicket(stage.context, agent, { ticketId, userId: null });
    expect((await card()).assignee).toBeNull();
    await assignTicket(stage.context, admin, { ticketId, userId: admin.userId });
    expect(await code(assignTicket(stage.context, agent, { ticketId, userId: null }))).toBe('not_allowed');
  });

  it('to somebody without a seat is refused', async () => {
    const { admin, organization, ticketId, card } = await deskWithTicket();
    const gone = await seedMember(stage.context, organization);
    await stage.database.member.update({ where: { id: gone.memberId }, data: { status: 'removed' } });
    const stranger = (await openTicketDesk(stage)).agent;
    for (const userId of [gone.userId, stranger.userId, 'UNOBODY', '']) {
      const refused = await refusal(assignTicket(stage.context, admin, { ticketId, userId }));
      expect({ code: refused.code, field: refused.field }).toEqual({
        code: 'assignee_unknown',
        field: 'assignee',
      });
    }
    expect((await card()).assignee).toBeNull();
    expect((await refusal(claimTicket(stage.context, gone, { ticketId }))).code).toBe('not_a_member');
  });
});

describe('the status', () => {
  it('remembers when a ticket was settled, until it is reopened', async () => {
    const { agent, admin, ticketId, card } = await deskWithTicket();
    stage.context.advance({ seconds: 60 });
    const resolved = stage.context.now();
    await setStatus(stage.context, agent, { ticketId, status: 'resolved' });
    expect(await card()).toMatchObject({ status: 'resolved', resolvedAt: resolved });
    stage.context.advance({ seconds: 60 });
    await setStatus(stage.context, admin, { ticketId, status: 'closed' });
    expect(await card()).toMatchObject({ status: 'closed', resolvedAt: resolved });
    await setStatus(stage.context, agent, { ticketId, status: 'open' });
    expect(await card()).toMatchObject({ status: 'open', resolvedAt: null });
    await setStatus(stage.context, agent, { ticketId, status: 'pending' });
    expect(await card()).toMatchObject({ status: 'pending', resolvedAt: null });
  });

  it('is closed by Admins and the Owner alone, and leaves a trace then', async () => {
    const { agent, admin, ticketId, organization } = await deskWithTicket();
    expect((await refusal(setStatus(stage.context, agent, { ticketId, status: 'closed' }))).code).toBe(
      'not_allowed',
    );
    await setStatus(stage.context, agent, { ticketId, status: 'resolved' });
    expect(await stage.auditOf(organization)).toEqual([]);
    await setStatus(stage.context, admin, { ticketId, status: 'closed' });
    expect(await stage.auditOf(organization)).toEqual(['ticket.status_changed TKT-001 by Adam Admin']);
  });

  it('again changes nothing, and is never something else', async () => {
    const { agent, ticketId } = await deskWithTicket();
    expect(await setStatus(stage.context, agent, { ticketId, status: 'open' })).toMatchObject({
      changed: false,
    });
    expect((await refusal(setStatus(stage.context, agent, { ticketId, status: 'lost' }))).code).toBe(
      'ticket_choice_unknown',
    );
  });
});

describe('priority and category', () => {
  it('are set by Admins and the Owner', async () => {
    const { agent, admin, ticketId, card, organization } = await deskWithTicket();
    const categoryId = stage.context.newId();
    const data = {
      id: categoryId,
      organizationId: organization.id,
      name: 'Kitchen',
      createdAt: stage.context.now(),
    };
    await stage.database.ticketCategory.create({ data });
    for (const attempt of [
      setPriority(stage.context, agent, { ticketId, priority: 'high' }),
      setCategory(stage.context, agent, { ticketId, categoryId }),
    ]) {
      expect((await refusal(attempt)).code).toBe('not_allowed');
    }
    await setPriority(stage.context, admin, { ticketId, priority: 'high' });
    await setCategory(stage.context, admin, { ticketId, categoryId });
    expect(await card()).toMatchObject({ priority: 'high', category: { name: 'Kitchen' } });
    await setCategory(stage.context, admin, { ticketId, categoryId: null });
    expect((await card()).category).toBeNull();
  });

  it('take no category that is archived or another organization’s', async () => {
    const { admin, ticketId, organization } = await deskWithTicket();
    const other = await openTicketDesk(stage);
    const now = stage.context.now();
    const archived = {
      id: stage.context.newId(),
      organizationId: organization.id,
      name: 'Old',
      archivedAt: now,
    };
    const foreign = { id: stage.context.newId(), organizationId: other.organization.id, name: 'Theirs' };
    for (const data of [archived, foreign]) {
      await stage.database.ticketCategory.create({ data: { ...data, createdAt: now } });
      const attempt = setCategory(stage.context, admin, { ticketId, categoryId: data.id });
      expect((await refusal(attempt)).code).toBe('category_unknown');
    }
  });
});

describe('any change', () => {
  const changes = {
    claim: (actor, ticketId) => claimTicket(stage.context, actor, { ticketId }),
    assign: (actor, ticketId) => assignTicket(stage.context, actor, { ticketId, userId: null }),
    status: (actor, ticketId) => setStatus(stage.context, actor, { ticketId, status: 'resolved' }),
    priority: (actor, ticketId) => setPriority(stage.context, actor, { ticketId, priority: 'low' }),
    category: (actor, ticketId) => setCategory(stage.context, actor, { ticketId, categoryId: null }),
  } satisfies Record<
    string,
    (actor: Parameters<typeof claimTicket>[1], ticketId: string) => Promise<unknown>
  >;

  it.each(Object.entries(changes))(
    '%s: not of another organization’s ticket, nor while read-only',
    async (_, change) => {
      const { owner, ticketId, card } = await deskWithTicket();
      const before = await card();
      const other = await openTicketDesk(stage);
      expect((await refusal(change(other.owner, ticketId))).code).toBe('ticket_unknown');
      expect((await refusal(change(owner, 'no id'))).code).toBe('ticket_unknown');
      expect((await refusal(change({ ...owner, readOnly: 'lapsed' }, ticketId))).code).toBe(
        'organization_lapsed',
      );
      expect(await card()).toEqual(before);
    },
  );

  it('of several quick ones, the card is updated once', async () => {
    const { owner, ticketId } = await deskWithTicket();
    for (const status of ['pending', 'resolved', 'open'])
      await setStatus(stage.context, owner, { ticketId, status });
    const cards = await stage.database.outboxRow.count({ where: { key: `card:${ticketId}` } });
    expect(cards).toBe(1);
  });
});
