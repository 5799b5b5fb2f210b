import { describe, expect, it } from 'vitest';
import type { Member } from '../../../src/domain/actor.ts';
import { followPerson } from '../../../src/domain/members/follow-person.ts';
import { leaveOrganization } from '../../../src/domain/members/leave-organization.ts';
import { removeDeactivated } from '../../../src/domain/members/remove-deactivated.ts';
import { removeMember } from '../../../src/domain/members/remove-member.ts';
import { assignTicket, claimTicket } from '../../../src/domain/tickets/assign-ticket.ts';
import { addCategory } from '../../../src/domain/tickets/categories/add-category.ts';
import { renameCategory } from '../../../src/domain/tickets/categories/rename-category.ts';
import { recordCardPosted } from '../../../src/domain/tickets/channel/record-post.ts';
import { readHome } from '../../../src/domain/tickets/read-home.ts';
import { setStatus } from '../../../src/domain/tickets/set-status.ts';
import { seedMember } from '../../setup/organization.ts';
import { refusal, useStage } from '../invitations/stage.ts';
import { anyTicket, cardOf, openTicketDesk } from './desk.ts';

const stage = useStage();

const departures: [string, (agent: Member, owner: Member) => Promise<unknown>][] = [
  ['was removed', (agent, owner) => removeMember(stage.context, owner, { memberId: agent.memberId })],
  ['left', (agent) => leaveOrganization(stage.context, agent)],
  ['was deactivated', (agent) => removeDeactivated(stage.context, agent)],
];

describe('the tickets of an agent who', () => {
  it.each(departures)(
    '%s are nobody’s, and the channel shows it; what they opened and settled stays',
    async (_, depart) => {
      const { owner, agent } = await openTicketDesk(stage);
      const [open, pending, resolved] = await Promise.all([1, 2, 3].map(() => anyTicket(stage, agent)));
      if (!open || !pending || !resolved) throw new Error('Not opened.');
      for (const { id } of [open, pending, resolved])
        await claimTicket(stage.context, agent, { ticketId: id });
      await setStatus(stage.context, agent, { ticketId: pending.id, status: 'pending' });
      await setStatus(stage.context, agent, { ticketId: resolved.id, status: 'resolved' });
      await stage.database.outboxRow.deleteMany();
      await depart(agent, owner);
      for (const { id } of [open, pending, resolved]) {
        expect(await cardOf(stage, owner, id)).toMatchObject({
          assignee: null,
          openedBy: { userId: agent.userId },
        });
      }
      const cards = await stage.database.outboxRow.findMany({ where: { topic: 'ticket.card' } });
      expect(cards.map(({ key }) => key).sort()).toEqual([`card:${open.id}`, `card:${pending.id}`].sort());
      expect((await readHome(stage.context, owner)).unassigned.total).toBe(2);
      // Reopened, it is nobody's too, and stays so when they come back.
      await setStatus(stage.context, owner, { ticketId: resolved.id, status: 'open' });
      expect((await readHome(stage.context, owner)).unassigned.total).toBe(3);
      await stage.database.member.update({ where: { id: agent.memberId }, data: { status: 'active' } });
      expect((await cardOf(stage, owner, resolved.id)).assignee).toBeNull();
    },
  );

  it('leaves at the moment when tickets are assigned to them and reopened are nobody’s', async () => {
    const { owner, organization } = await openTicketDesk(stage);
    for (let round = 0; round < 10; round++) {
      const agent = await seedMember(stage.context, organization);
      const tickets = await Promise.all(Array.from({ length: 6 }, () => anyTicket(stage, owner)));
      const settled = tickets.slice(0, 3);
      for (const { id } of settled) {
        await claimTicket(stage.context, agent, { ticketId: id });
        await setStatus(stage.context, owner, { ticketId: id, status: 'resolved' });
      }
      const assign = (ticketId: string) =>
        assignTicket(stage.context, owner, { ticketId, userId: agent.userId }).catch((error: Error) =>
          refusal(Promise.reject(error)),
        );
      await Promise.all([
        ...tickets.slice(3).map(({ id }) => assign(id)),
        ...settled.map(({ id }) => setStatus(stage.context, owner, { ticketId: id, status: 'open' })),
        removeMember(stage.context, owner, { memberId: agent.memberId }),
      ]);
      const where = { assigneeId: agent.memberId, status: { in: ['open' as const, 'pending' as const] } };
      expect(await stage.database.ticket.count({ where })).toBe(0);
    }
  });

  it('had a thousand are unassigned as one, of which five hundred show it at once', async () => {
    const { owner, agent, organization } = await openTicketDesk(stage);
    const { id } = await anyTicket(stage, agent);
    await claimTicket(stage.context, agent, { ticketId: id });
    await stage.database.$executeRaw`
      INSERT INTO tickets (id, organization_id, prefix, number, title, source, requester_id, assignee_id, created_at, active_at)
      SELECT gen_random_uuid(), organization_id, prefix, number + n, title, source, requester_id, assignee_id, created_at,
        active_at + n * interval '1 second'
      FROM tickets, generate_series(1, 999) n WHERE id = ${id}::uuid`;
    await stage.database.outboxRow.deleteMany();
    await removeMember(stage.context, owner, { memberId: agent.memberId });
    const where = { organizationId: organization.id };
    expect(await stage.database.ticket.count({ where: { ...where, assigneeId: null } })).toBe(1_000);
    expect(await stage.database.outboxRow.count({ where: { topic: 'ticket.card' } })).toBe(500);
  });
});

describe('the tickets of an agent whom Slack made a guest', () => {
  const restricted = (agent: Member, standing: 'full' | 'guest') =>
    followPerson(
      stage.context,
      agent.teamId,
      { userId: agent.userId, name: agent.name, email: null, standing, deactivated: false },
      stage.context.now(),
    );

  it('are nobody’s, none can be given to them, and their seat stays; as a full member they can have some again', async () => {
    const { owner, agent } = await openTicketDesk(stage);
    const [open, resolved, free] = await Promise.all([1, 2, 3].map(() => anyTicket(stage, owner)));
    if (!open || !resolved || !free) throw new Error('Not opened.');
    for (const { id } of [open, resolved]) await claimTicket(stage.context, agent, { ticketId: id });
    await setStatus(stage.context, agent, { ticketId: resolved.id, status: 'resolved' });
    await stage.database.outboxRow.deleteMany();
    await restricted(agent, 'guest');
    expect((await cardOf(stage, owner, open.id)).assignee).toBeNull();
    const cards = await stage.database.outboxRow.findMany({ where: { topic: 'ticket.card' } });
    expect(cards.map(({ key }) => key)).toEqual([`card:${open.id}`]);
    const give = () => assignTicket(stage.context, owner, { ticketId: free.id, userId: agent.userId });
    expect((await refusal(give())).code).toBe('assignee_unknown');
    await setStatus(stage.context, owner, { ticketId: resolved.id, status: 'open' });
    expect((await cardOf(stage, owner, resolved.id)).assignee).toBeNull();
    const member = { id: agent.memberId };
    expect(await stage.database.member.findUniqueOrThrow({ where: member })).toMatchObject({
      status: 'active',
    });
    await restricted(agent, 'full');
    expect(await give()).toMatchObject({ changed: true });
  });
});

describe('a card that is posted at the moment in which', () => {
  const post = async (ticketId: string, shownAt: Date) => {
    await stage.database.outboxRow.deleteMany();
    const posted = {
      teamId: 'T0SUPPORT',
      ticketId,
      channelId: 'C0SUPPORT',
      ts: `1790000000.${ticketId.slice(-6)}`,
      shownAt,
      goesOn: false,
    };
    await recordCardPosted(stage.context, posted);
    return (await stage.database.outboxRow.findMany({ where: { topic: 'ticket.card' } })).map(
      ({ key }) => key,
    );
  };

  it('its assignee leaves follows', async () => {
    const { owner, agent } = await openTicketDesk(stage);
    const { id } = await anyTicket(stage, owner);
    await claimTicket(stage.context, agent, { ticketId: id });
    const { activeAt } = await cardOf(stage, owner, id);
    await removeMember(stage.context, owner, { memberId: agent.memberId });
    expect(await post(id, activeAt)).toEqual([`card:${id}`]);
  });

  it('its category is renamed follows', async () => {
    const { owner } = await openTicketDesk(stage);
    const category = await addCategory(stage.context, owner, { name: 'Tea' });
    const { id } = await anyTicket(stage, owner, { categoryId: category.id });
    const { activeAt } = await cardOf(stage, owner, id);
    await renameCategory(stage.context, owner, { categoryId: category.id, name: 'Coffee' });
    expect(await post(id, activeAt)).toEqual([`card:${id}`]);
  });
});
