import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../../../src/database/client.ts';
import { changeRole } from '../../../src/domain/members/change-role.ts';
import { removeMember } from '../../../src/domain/members/remove-member.ts';
import { transferOwnership } from '../../../src/domain/members/transfer-ownership.ts';
import { testContext } from '../../setup/context.ts';
import { createTestDatabase, type TestDatabase } from '../../setup/database.ts';
import {
  type SeededOrganization,
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
  organization = await seedOrganization(contextOf(), { name: 'Harbour Support' });
});

const roleOf = async (memberId: string) =>
  (await database.member.findUniqueOrThrow({ where: { id: memberId } })).role;
const owners = () =>
  database.member.findMany({ where: { organizationId: organization.id, role: 'owner', status: 'active' } });
const lastAudit = () =>
  database.auditEntry.findFirst({
    where: { organizationId: organization.id },
    orderBy: { id: 'desc' },
    select: { action: true, subject: true, actorUserId: true, before: true, after: true },
  });
const noticesTo = async (userId: string) => {
  const rows = await database.outboxRow.findMany({ where: { topic: 'notice' } });
  return rows
    .map(({ payload }) => payload as { userId: string; notice: { kind: string } })
    .filter((payload) => payload.userId === userId)
    .map(({ notice }) => notice);
};

describe('changeRole', () => {
  it('makes an Agent an Admin, tells them, and records from what to what', async () => {
    const agent = await seedMember(contextOf(), organization, { name: 'Ada' });
    await changeRole(contextOf(), organization.owner, { memberId: agent.memberId, role: 'admin' });
    expect(await roleOf(agent.memberId)).toBe('admin');
    expect(await noticesTo(agent.userId)).toEqual([{ kind: 'role_changed', role: 'admin' }]);
    expect(await lastAudit()).toEqual({
      action: 'member.role_changed',
      subject: 'Ada',
      actorUserId: organization.owner.userId,
      before: { role: 'agent' },
      after: { role: 'admin' },
    });
  });

  it('lets an Admin make another Admin an Agent', async () => {
    const [one, other] = [
      await seedMember(contextOf(), organization, { role: 'admin' }),
      await seedMember(contextOf(), organization, { role: 'admin' }),
    ];
    await changeRole(contextOf(), one, { memberId: other.memberId, role: 'agent' });
    expect(await roleOf(other.memberId)).toBe('agent');
  });

  it.each(['admin', 'agent'])('never touches the Owner, not even by the Owner (to %s)', async (role) => {
    const admin = await seedMember(contextOf(), organization, { role: 'admin' });
    const change = { memberId: organization.owner.memberId, role };
    for (const actor of [admin, organization.owner]) {
      await expect(changeRole(contextOf(), actor, change)).rejects.toMatchObject({
        code: 'owner_untouchable',
      });
    }
    expect(await roleOf(organization.owner.memberId)).toBe('owner');
  });

  it.each(['owner', 'Owner', '', 'superuser'])('grants no role %j', async (role) => {
    const agent = await seedMember(contextOf(), organization);
    const change = changeRole(contextOf(), organization.owner, { memberId: agent.memberId, role });
    await expect(change).rejects.toMatchObject({ code: 'role_not_invitable' });
    expect(await roleOf(agent.memberId)).toBe('agent');
  });

  it('says so where the role is that already, and writes nothing', async () => {
    const agent = await seedMember(contextOf(), organization);
    const change = changeRole(contextOf(), organization.owner, { memberId: agent.memberId, role: 'agent' });
    await expect(change).rejects.toMatchObject({
      code: 'role_unchanged',
      message: `${agent.name} is an Agent already.`,
    });
    expect(await lastAudit()).toBeNull();
  });

  it('is refused to Agents and visitors', async () => {
    const agent = await seedMember(contextOf(), organization);
    const change = { memberId: agent.memberId, role: 'admin' };
    await expect(changeRole(contextOf(), agent, change)).rejects.toMatchObject({ code: 'not_allowed' });
    const visitor = await seedVisitor(contextOf(), {
      teamId: organization.teamId,
      organizationId: organization.id,
    });
    await expect(changeRole(contextOf(), visitor, change)).rejects.toMatchObject({ code: 'not_a_member' });
  });

  it('knows no member of another organization, no removed one, and no made-up id', async () => {
    const other = await seedOrganization(contextOf());
    const stranger = await seedMember(contextOf(), other);
    const gone = await seedMember(contextOf(), organization);
    await removeMember(contextOf(), organization.owner, { memberId: gone.memberId });
    for (const memberId of [stranger.memberId, gone.memberId, 'no-id', '']) {
      const change = changeRole(contextOf(), organization.owner, { memberId, role: 'admin' });
      await expect(change).rejects.toMatchObject({ code: 'member_unknown' });
    }
    expect(await roleOf(stranger.memberId)).toBe('agent');
  });
});

describe('transferOwnership', () => {
  it('takes a name that is spelt with other code points for the same letters', async () => {
    const cafe = await seedOrganization(contextOf(), { name: 'Caf\u00e9' });
    const { userId, memberId } = await seedMember(contextOf(), cafe);
    await transferOwnership(contextOf(), cafe.owner, { userId, confirmation: 'Cafe\u0301' });
    expect(await roleOf(memberId)).toBe('owner');
  });

  it('swaps the roles, tells the new Owner and records it', async () => {
    const agent = await seedMember(contextOf(), organization, { name: 'Ada' });
    await transferOwnership(contextOf(), organization.owner, {
      userId: agent.userId,
      confirmation: ' Harbour Support ',
    });
    expect(await roleOf(agent.memberId)).toBe('owner');
    expect(await roleOf(organization.owner.memberId)).toBe('admin');
    expect(await noticesTo(agent.userId)).toEqual([{ kind: 'ownership_received' }]);
    expect(await lastAudit()).toMatchObject({
      action: 'organization.transferred',
      before: { owner: 'Olivia Owner' },
      after: { owner: 'Ada' },
    });
  });

  it.each(['', 'harbour support', 'Harbour', 'yes'])(
    'asks for the name exactly (not %j)',
    async (confirmation) => {
      const agent = await seedMember(contextOf(), organization);
      const transfer = transferOwnership(contextOf(), organization.owner, {
        userId: agent.userId,
        confirmation,
      });
      await expect(transfer).rejects.toMatchObject({ code: 'confirmation_mismatch', field: 'confirmation' });
      expect(await owners()).toMatchObject([{ id: organization.owner.memberId }]);
    },
  );

  it('goes only to an active member of the same organization, and not to oneself', async () => {
    const confirmation = 'Harbour Support';
    const other = await seedOrganization(contextOf(), { name: confirmation });
    const gone = await seedMember(contextOf(), organization);
    await removeMember(contextOf(), organization.owner, { memberId: gone.memberId });
    for (const userId of [other.owner.userId, gone.userId, 'U404']) {
      await expect(
        transferOwnership(contextOf(), organization.owner, { userId, confirmation }),
      ).rejects.toMatchObject({ code: 'transfer_needs_member', field: 'member' });
    }
    const self = { userId: organization.owner.userId, confirmation };
    await expect(transferOwnership(contextOf(), organization.owner, self)).rejects.toMatchObject({
      code: 'transfer_to_self',
    });
    expect(await owners()).toMatchObject([{ id: organization.owner.memberId }]);
  });

  it.each([{ standing: 'guest' as const }, { deactivated: true }])(
    'is refused where Slack says %j of the member',
    async (change) => {
      const { teamId, userId, memberId } = await seedMember(contextOf(), organization);
      await database.slackPerson.update({ where: { teamId_userId: { teamId, userId } }, data: change });
      await expect(
        transferOwnership(contextOf(), organization.owner, { userId, confirmation: 'Harbour Support' }),
      ).rejects.toMatchObject({ code: 'transfer_needs_member', field: 'member' });
      expect(await owners()).toMatchObject([{ id: organization.owner.memberId }]);
      expect(await roleOf(memberId)).toBe('agent');
    },
  );

  it('is refused to Admins, and to a former Owner whose form was still open', async () => {
    const admin = await seedMember(contextOf(), organization, { role: 'admin' });
    const transfer = { userId: admin.userId, confirmation: 'Harbour Support' };
    const toSelf = { ...transfer, userId: organization.owner.userId };
    await expect(transferOwnership(contextOf(), admin, toSelf)).rejects.toMatchObject({
      code: 'not_allowed',
    });
    await transferOwnership(contextOf(), organization.owner, transfer);
    const agent = await seedMember(contextOf(), organization);
    await expect(
      transferOwnership(contextOf(), organization.owner, { ...transfer, userId: agent.userId }),
    ).rejects.toMatchObject({ code: 'not_allowed' });
    expect(await owners()).toMatchObject([{ id: admin.memberId }]);
  });

  it('leaves exactly one Owner when twenty transfers to twenty people run at once', async () => {
    const members = await Promise.all(
      Array.from({ length: 20 }, () => seedMember(contextOf(), organization)),
    );
    const results = await Promise.allSettled(
      members.map(({ userId }) =>
        transferOwnership(contextOf(), organization.owner, { userId, confirmation: 'Harbour Support' }),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'not_allowed' });
    }
    expect(await owners()).toHaveLength(1);
  });
});
