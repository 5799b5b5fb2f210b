import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../../../src/database/client.ts';
import { homeRefresh } from '../../../src/domain/effects.ts';
import { followPerson } from '../../../src/domain/members/follow-person.ts';
import { leaveOrganization } from '../../../src/domain/members/leave-organization.ts';
import { listMembers, MEMBERS_PAGE } from '../../../src/domain/members/list-members.ts';
import { lockMember } from '../../../src/domain/members/lock-member.ts';
import { rememberPerson } from '../../../src/domain/members/remember-person.ts';
import { removeDeactivated } from '../../../src/domain/members/remove-deactivated.ts';
import { removeMember } from '../../../src/domain/members/remove-member.ts';
import { transferOwnership } from '../../../src/domain/members/transfer-ownership.ts';
import { record } from '../../../src/domain/record.ts';
import { testContext } from '../../setup/context.ts';
import { createTestDatabase, type TestDatabase } from '../../setup/database.ts';
import {
  type SeededOrganization,
  seedInvitation,
  seedMember,
  seedOrganization,
  seedVisitor,
} from '../../setup/organization.ts';

let testDatabase: TestDatabase;
let database: Database;
let organization: SeededOrganization;
const contextOf = () => testContext(database);

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = createDatabase(testDatabase.url, { poolSize: 20 });
});
afterAll(async () => {
  await database.$disconnect();
  await testDatabase.drop();
});
beforeEach(async () => {
  organization = await seedOrganization(contextOf());
  await database.outboxRow.deleteMany();
});

const statusOf = async (memberId: string) =>
  (await database.member.findUniqueOrThrow({ where: { id: memberId } })).status;
const audits = () =>
  database.auditEntry.findMany({
    where: { organizationId: organization.id },
    orderBy: { id: 'asc' },
    select: { action: true, subject: true, actorName: true },
  });
const notices = async () => {
  const rows = await database.outboxRow.findMany({ where: { topic: 'notice' } });
  return rows.map(({ payload }) => payload as { userId: string; notice: { kind: string } });
};
const seatsUsed = async () => {
  const [seats] = await database.$queryRaw<{ members: number; pending: number }[]>`
    SELECT members, pending FROM lock_seats(${organization.id}::uuid, ${contextOf().now()}::timestamptz)`;
  return (seats?.members ?? 0) + (seats?.pending ?? 0);
};

describe('removeMember', () => {
  it('frees the seat, keeps the row, tells the person and records it', async () => {
    const agent = await seedMember(contextOf(), organization, { name: 'Ada' });
    expect(await seatsUsed()).toBe(2);
    expect(await removeMember(contextOf(), organization.owner, { memberId: agent.memberId })).toEqual({
      name: 'Ada',
    });
    expect(await seatsUsed()).toBe(1);
    expect(await statusOf(agent.memberId)).toBe('removed');
    expect(await notices()).toMatchObject([{ userId: agent.userId, notice: { kind: 'removed' } }]);
    expect(await audits()).toEqual([{ action: 'member.removed', subject: 'Ada', actorName: 'Olivia Owner' }]);
  });

  it('happens once when fifty press at once', async () => {
    const agent = await seedMember(contextOf(), organization);
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, () =>
        removeMember(contextOf(), organization.owner, { memberId: agent.memberId }),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'member_unknown' });
    }
    expect(await audits()).toHaveLength(1);
    expect(await notices()).toHaveLength(1);
  });

  it('never removes the Owner', async () => {
    const admin = await seedMember(contextOf(), organization, { role: 'admin' });
    const remove = { memberId: organization.owner.memberId };
    for (const actor of [admin, organization.owner]) {
      await expect(removeMember(contextOf(), actor, remove)).rejects.toMatchObject({
        code: 'owner_untouchable',
      });
    }
  });

  it('is refused to Agents, and reaches no other organization', async () => {
    const agent = await seedMember(contextOf(), organization);
    const colleague = await seedMember(contextOf(), organization);
    const remove = { memberId: colleague.memberId };
    await expect(removeMember(contextOf(), agent, remove)).rejects.toMatchObject({ code: 'not_allowed' });
    const other = await seedOrganization(contextOf());
    await expect(removeMember(contextOf(), other.owner, remove)).rejects.toMatchObject({
      code: 'member_unknown',
    });
    expect(await statusOf(colleague.memberId)).toBe('active');
  });

  it('of oneself is leaving, without a notice', async () => {
    const admin = await seedMember(contextOf(), organization, { role: 'admin' });
    await removeMember(contextOf(), admin, { memberId: admin.memberId });
    expect(await audits()).toMatchObject([{ action: 'member.left' }]);
    expect(await notices()).toEqual([]);
  });
});

describe('leaveOrganization', () => {
  it('gives the seat of an Agent or Admin back', async () => {
    for (const role of ['agent', 'admin'] as const) {
      const member = await seedMember(contextOf(), organization, { role });
      await leaveOrganization(contextOf(), member);
      expect(await statusOf(member.memberId)).toBe('removed');
    }
    expect(await audits()).toMatchObject([{ action: 'member.left' }, { action: 'member.left' }]);
  });

  it('is refused to the Owner, and to somebody who became Owner meanwhile', async () => {
    await expect(leaveOrganization(contextOf(), organization.owner)).rejects.toMatchObject({
      code: 'owner_cannot_leave',
    });
    const agent = await seedMember(contextOf(), organization);
    await transferOwnership(contextOf(), organization.owner, {
      userId: agent.userId,
      confirmation: 'Harbour Support',
    });
    await expect(leaveOrganization(contextOf(), agent)).rejects.toMatchObject({ code: 'owner_cannot_leave' });
    expect(await statusOf(agent.memberId)).toBe('active');
  });

  it('is refused to who is no member', async () => {
    const visitor = await seedVisitor(contextOf(), {
      teamId: organization.teamId,
      organizationId: organization.id,
    });
    await expect(leaveOrganization(contextOf(), visitor)).rejects.toMatchObject({ code: 'not_a_member' });
  });
});

describe('removeDeactivated', () => {
  const deactivate = (userId: string, teamId = organization.teamId) =>
    removeDeactivated(contextOf(), { teamId, userId });

  it('frees the seat of somebody whom Slack deactivated, once however often Slack says it', async () => {
    const agent = await seedMember(contextOf(), organization, { name: 'Ada' });
    await Promise.all(Array.from({ length: 20 }, () => deactivate(agent.userId)));
    expect(await statusOf(agent.memberId)).toBe('removed');
    expect(await seatsUsed()).toBe(1);
    expect(await audits()).toEqual([{ action: 'member.deactivated', subject: 'Ada', actorName: 'Slack' }]);
  });

  it('withdraws a pending invite to them, and leaves others’ alone', async () => {
    const visitor = await seedVisitor(contextOf(), {
      teamId: organization.teamId,
      email: 'ada@harbour.example',
    });
    const theirs = await seedInvitation(contextOf(), organization, { email: 'ada@harbour.example' });
    const other = await seedInvitation(contextOf(), organization);
    await deactivate(visitor.userId);
    const status = async (id: string) =>
      (await database.invitation.findUniqueOrThrow({ where: { id } })).status;
    expect(await status(theirs.id)).toBe('revoked');
    expect(await status(other.id)).toBe('pending');
    expect(await seatsUsed()).toBe(2);
    const updates = await database.outboxRow.findMany({ where: { topic: 'invitation.message-update' } });
    expect(updates.map(({ payload }) => payload)).toEqual([{ invitationId: theirs.id }]);
  });

  it('does not stand in the way of somebody who removes the same member', async () => {
    const agent = await seedMember(contextOf(), organization);
    await seedInvitation(contextOf(), organization, { email: agent.email ?? '' });
    const waits = async () => {
      const [row] = await database.$queryRaw<[{ count: number }]>`
        SELECT count(*)::int AS count FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return row.count > 0;
    };
    const news = await database.$transaction(async (transaction) => {
      // What removing begins with, and what it ends with.
      await lockMember(transaction, { organizationId: organization.id, memberId: agent.memberId });
      const deactivated = deactivate(agent.userId);
      while (!(await waits())) await setImmediate();
      await record(transaction, contextOf(), [], [homeRefresh(organization.teamId)]);
      return { deactivated };
    });
    await news.deactivated;
    expect(await statusOf(agent.memberId)).toBe('removed');
  });

  it('keeps the Owner, since only a transfer makes another, and tells the Admins once', async () => {
    const admin = await seedMember(contextOf(), organization, { role: 'admin' });
    await seedMember(contextOf(), organization);
    await deactivate(organization.owner.userId);
    await deactivate(organization.owner.userId);
    expect(await statusOf(organization.owner.memberId)).toBe('active');
    expect(await notices()).toMatchObject([{ userId: admin.userId, notice: { kind: 'owner_deactivated' } }]);
    expect(await audits()).toHaveLength(1);
  });

  it('does nothing in a workspace without an organization, nor to somebody unknown', async () => {
    await deactivate('U404', 'T404');
    await deactivate('U404');
    expect(await audits()).toEqual([]);
  });
});

describe('followPerson', () => {
  const news = (userId: string, deactivated: boolean) => ({
    userId,
    name: 'Ada',
    email: null,
    standing: 'full' as const,
    deactivated,
  });

  it('frees the seat though a look at the person knew of the deactivation before its event came', async () => {
    const { userId, memberId } = await seedMember(contextOf(), organization);
    const { teamId } = organization;
    const at = contextOf().now();
    const later = new Date(at.getTime() + 5_000);
    await rememberPerson(contextOf(), teamId, news(userId, true), later);
    await followPerson(contextOf(), teamId, news(userId, true), at);
    expect(await statusOf(memberId)).toBe('removed');
  });

  it('leaves the seat where a later look found the person active again', async () => {
    const { userId, memberId } = await seedMember(contextOf(), organization);
    const { teamId } = organization;
    const at = contextOf().now();
    const later = new Date(at.getTime() + 5_000);
    await rememberPerson(contextOf(), teamId, news(userId, false), later);
    await followPerson(contextOf(), teamId, news(userId, true), at);
    expect(await statusOf(memberId)).toBe('active');
  });
});

describe('listMembers', () => {
  it('shows the Owner, then Admins, then Agents, each by name, in pages', async () => {
    for (const name of ['Zoe', 'Ben']) await seedMember(contextOf(), organization, { role: 'admin', name });
    for (let index = 0; index < 20; index++) {
      await seedMember(contextOf(), organization, { name: `Agent ${String(index).padStart(2, '0')}` });
    }
    const gone = await seedMember(contextOf(), organization, { name: 'Aaron' });
    await removeMember(contextOf(), organization.owner, { memberId: gone.memberId });
    const first = await listMembers(contextOf(), organization.owner);
    expect(first).toMatchObject({ total: 23, page: 0, pages: 3 });
    expect(first.members).toHaveLength(MEMBERS_PAGE);
    expect(first.members.slice(0, 4).map(({ name }) => name)).toEqual([
      'Olivia Owner',
      'Ben',
      'Zoe',
      'Agent 00',
    ]);
    const last = await listMembers(contextOf(), organization.owner, { page: 99 });
    expect(last).toMatchObject({ page: 2 });
    expect(last.members.map(({ name }) => name)).toEqual(['Agent 17', 'Agent 18', 'Agent 19']);
  });

  it.each([-1, Number.NaN, 0.5])('takes the first page for %d', async (page) => {
    expect(await listMembers(contextOf(), organization.owner, { page })).toMatchObject({ page: 0, total: 1 });
  });

  it('is for members, Agents too', async () => {
    const agent = await seedMember(contextOf(), organization);
    expect((await listMembers(contextOf(), agent)).total).toBe(2);
    const visitor = await seedVisitor(contextOf(), {
      teamId: organization.teamId,
      organizationId: organization.id,
    });
    await expect(listMembers(contextOf(), visitor)).rejects.toMatchObject({ code: 'not_a_member' });
  });
});
