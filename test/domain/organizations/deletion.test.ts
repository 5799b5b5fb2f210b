import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { reportFinding } from '../../../src/domain/billing/findings.ts';
import { listOpenFindings } from '../../../src/domain/billing/list-findings.ts';
import { acceptByLink } from '../../../src/domain/invitations/accept-invitation.ts';
import { sendInvitation } from '../../../src/domain/invitations/send-invitation.ts';
import { identify } from '../../../src/domain/members/identify.ts';
import { transferOwnership } from '../../../src/domain/members/transfer-ownership.ts';
import {
  beginExport,
  failDeletion,
  scheduleDeletion,
} from '../../../src/domain/organizations/deletion/carry-deletion.ts';
import {
  claimDeletion,
  deleteOrganization,
  resumeDueDeletions,
} from '../../../src/domain/organizations/deletion/finish-deletion.ts';
import { prepareDeletion } from '../../../src/domain/organizations/deletion/prepare-deletion.ts';
import { requestDeletion } from '../../../src/domain/organizations/deletion/request-deletion.ts';
import { undoDeletion } from '../../../src/domain/organizations/deletion/undo-deletion.ts';
import { requestSeatChange } from '../../../src/domain/seats/request-seat-change.ts';
import {
  type SeededOrganization,
  seedInvitation,
  seedMember,
  seedOrganization,
  seedVisitor,
} from '../../setup/organization.ts';
import { useStage } from './setup.ts';

const stage = useStage();
const log = pino({ level: 'silent' });
const confirmation = 'Harbour Support';

const request = ({ owner }: SeededOrganization) => requestDeletion(stage.context, owner, { confirmation });
const deletions = ({ id }: SeededOrganization) =>
  stage.database.organizationDeletion.findMany({
    where: { organizationId: id },
    orderBy: { requestedAt: 'asc' },
  });
const effectsOf = (deletionId: string) =>
  stage.database.outboxRow.findMany({
    where: { payload: { path: ['deletionId'], equals: deletionId } },
    orderBy: { id: 'asc' },
  });
const noticesTo = async (userId: string) => {
  const rows = await stage.database.outboxRow.findMany({
    where: { topic: 'notice', payload: { path: ['userId'], equals: userId } },
    orderBy: { id: 'asc' },
  });
  return rows.map(({ payload }) => (payload as { notice: { kind: string } }).notice.kind);
};
const scheduled = async (organization: SeededOrganization) => {
  const { deletionId } = await request(organization);
  await beginExport(stage.context, deletionId);
  await scheduleDeletion(stage.context, deletionId);
  return deletionId;
};

describe('requestDeletion', () => {
  it('is the Owner’s alone, and takes the name as it is written', async () => {
    const organization = await seedOrganization(stage.context);
    const { context } = stage;
    const admin = await seedMember(context, organization, { role: 'admin' });
    const stranger = await seedVisitor(context, {
      teamId: organization.teamId,
      organizationId: organization.id,
    });
    await expect(requestDeletion(context, admin, { confirmation })).rejects.toMatchObject({
      code: 'not_allowed',
    });
    await expect(requestDeletion(context, stranger, { confirmation })).rejects.toMatchObject({
      code: 'not_a_member',
    });
    await expect(
      requestDeletion(context, organization.owner, { confirmation: 'harbour support' }),
    ).rejects.toMatchObject({ code: 'confirmation_mismatch', field: 'confirmation' });
    await expect(prepareDeletion(context, admin)).rejects.toMatchObject({ code: 'not_allowed' });
    expect(await deletions(organization)).toEqual([]);
    await requestDeletion(context, organization.owner, { confirmation: ' Harbour Support ' });
    expect(await deletions(organization)).toMatchObject([
      { status: 'requested', requestedBy: organization.owner.userId },
    ]);
  });

  it('asked for many times at once is one, with one line in the trail and one job', async () => {
    const organization = await seedOrganization(stage.context);
    const asked = await Promise.all(Array.from({ length: 20 }, () => request(organization)));
    expect(new Set(asked.map(({ deletionId }) => deletionId)).size).toBe(1);
    expect(await effectsOf(asked[0]?.deletionId ?? '')).toMatchObject([{ topic: 'deletion.carry' }]);
    const trail = await stage.database.auditEntry.findMany({ where: { organizationId: organization.id } });
    expect(trail).toMatchObject([
      { action: 'organization.deletion_requested', actorUserId: organization.owner.userId },
    ]);
  });

  it('asks who is the Owner behind the lock: whoever has just handed over cannot', async () => {
    const organization = await seedOrganization(stage.context);
    const heir = await seedMember(stage.context, organization, { role: 'admin' });
    await transferOwnership(stage.context, organization.owner, { userId: heir.userId, confirmation });
    await expect(request(organization)).rejects.toMatchObject({ code: 'not_allowed' });
  });

  it('drops the seat changes that Stripe has not made, silently, and lets the one that is being sent end', async () => {
    const { context, database } = stage;
    const organization = await seedOrganization(context);
    const change = (status: 'sent' | 'requested' | 'awaiting_payment', toQuantity: number) =>
      database.seatChange.create({
        data: {
          organizationId: organization.id,
          fromQuantity: 5,
          toQuantity,
          status,
          requestedBy: organization.owner.userId,
          prorationAt: context.now(),
          createdAt: context.now(),
          ...(status !== 'requested' && { sentAt: context.now() }),
        },
      });
    await change('sent', 6);
    await change('requested', 7);
    await request(organization);
    const statuses = async (organizationId: string) =>
      (await database.seatChange.findMany({ where: { organizationId }, orderBy: { toQuantity: 'asc' } })).map(
        ({ status }) => status,
      );
    expect(await statuses(organization.id)).toEqual(['sent', 'superseded']);
    expect(await noticesTo(organization.owner.userId)).toEqual([]);
    expect(await database.outboxRow.count({ where: { topic: 'seats.carry' } })).toBe(0);
  });

  it('drops the change that Stripe was too busy for, so that it is not charged when its time has come', async () => {
    const { context, database } = stage;
    const organization = await seedOrganization(context);
    const now = context.now();
    await database.seatChange.create({
      data: {
        organizationId: organization.id,
        fromQuantity: 5,
        toQuantity: 6,
        status: 'sent',
        requestedBy: organization.owner.userId,
        prorationAt: now,
        createdAt: now,
        sentAt: now,
        sendAfter: new Date(now.getTime() + 30_000),
      },
    });
    await request(organization);
    expect(await database.seatChange.findMany({ where: { organizationId: organization.id } })).toMatchObject([
      { status: 'superseded' },
    ]);
  });
});

describe('while an organization is being deleted', () => {
  it('nothing in it can be changed, nobody joins, and no seat is bought', async () => {
    const { context } = stage;
    const organization = await seedOrganization(context, { seats: 9 });
    const invitation = await seedInvitation(context, organization, { email: 'cleo@harbour.example' });
    await request(organization);
    const { owner } = organization;
    const actor = await identify(context, { teamId: owner.teamId, userId: owner.userId, name: 'x' });
    const closing = { code: 'organization_closing' };
    await expect(
      sendInvitation(context, actor, { email: 'a@b.example', role: 'agent' }),
    ).rejects.toMatchObject(closing);
    // Also for who was read before it began.
    await expect(requestSeatChange(context, owner, { quantity: 12 })).rejects.toMatchObject(closing);
    const person = {
      teamId: owner.teamId,
      userId: 'UCLEO0001',
      name: 'Cleo',
      email: invitation.email,
      emailVerified: true,
      standing: 'full' as const,
    };
    await expect(acceptByLink(context, person, { token: invitation.token })).rejects.toMatchObject(closing);
    await undoDeletion(context, owner);
    expect((await acceptByLink(context, person, { token: invitation.token })).again).toBe(false);
  });

  it('the seven days begin when the data was handed over, and everybody who manages it is told once', async () => {
    const { context } = stage;
    const organization = await seedOrganization(context);
    const admin = await seedMember(context, organization, { role: 'admin' });
    const agent = await seedMember(context, organization, { role: 'agent' });
    const { deletionId } = await request(organization);
    expect(await scheduleDeletion(context, deletionId)).toBeNull();
    expect(await beginExport(context, deletionId)).toBe(true);
    expect(await beginExport(context, deletionId)).toBe(false);
    const at = await Promise.all(Array.from({ length: 10 }, () => scheduleDeletion(context, deletionId)));
    const deleteAt = new Date(context.now().getTime() + 7 * 86_400_000);
    expect(at.filter((each) => each !== null)).toEqual([deleteAt]);
    expect(await noticesTo(organization.owner.userId)).toEqual(['deletion_scheduled']);
    expect(await noticesTo(admin.userId)).toEqual(['deletion_scheduled']);
    expect(await noticesTo(agent.userId)).toEqual([]);
    expect(await effectsOf(deletionId)).toMatchObject([
      { topic: 'deletion.carry' },
      { topic: 'deletion.export' },
      { topic: 'deletion.finish', availableAt: deleteAt },
    ]);
    expect(await prepareDeletion(context, organization.owner)).toMatchObject({
      deletion: { status: 'scheduled', deleteAt, reversible: true },
    });
  });

  it('a new Owner keeps it, and the former one is told', async () => {
    const { context } = stage;
    const organization = await seedOrganization(context);
    const heir = await seedMember(context, organization, { role: 'admin' });
    await scheduled(organization);
    await transferOwnership(context, organization.owner, { userId: heir.userId, confirmation });
    await expect(undoDeletion(context, organization.owner)).rejects.toMatchObject({ code: 'not_allowed' });
    await undoDeletion(context, { ...heir, role: 'owner' });
    expect((await noticesTo(organization.owner.userId)).at(-1)).toBe('deletion_undone');
    expect(await deletions(organization)).toMatchObject([{ status: 'undone' }]);
    await expect(undoDeletion(context, { ...heir, role: 'owner' })).rejects.toMatchObject({
      code: 'deletion_unknown',
    });
  });

  it('what fails before the data was handed over opens it again, and the Owner reads why', async () => {
    const { context, database } = stage;
    const organization = await seedOrganization(context);
    const { deletionId } = await request(organization);
    const fail = () =>
      database.$transaction((transaction) =>
        failDeletion(transaction, context, deletionId, 'Stripe said no.'),
      );
    await fail();
    await fail();
    expect(await deletions(organization)).toMatchObject([{ status: 'failed', reason: 'Stripe said no.' }]);
    expect(await noticesTo(organization.owner.userId)).toEqual(['deletion_failed']);
    const { owner } = organization;
    const actor = await identify(context, { teamId: owner.teamId, userId: owner.userId, name: 'x' });
    expect(actor).toMatchObject({ readOnly: null });
    await request(organization);
    expect((await deletions(organization)).map(({ status }) => status)).toEqual(['failed', 'requested']);
  });
});

describe('the end of the seven days', () => {
  it('comes by the clock, once, and cannot be undone from then on', async () => {
    const { context } = stage;
    const organization = await seedOrganization(context);
    const deletionId = await scheduled(organization);
    context.advance({ days: 7, milliseconds: -1 });
    expect(await claimDeletion(context, deletionId)).toMatchObject({ kind: 'early' });
    expect(await resumeDueDeletions(context)).toBe(0);
    context.advance({ milliseconds: 1 });
    await expect(undoDeletion(context, organization.owner)).rejects.toMatchObject({ code: 'deletion_done' });
    expect(await claimDeletion(context, deletionId)).toMatchObject({
      kind: 'claimed',
      organizationId: organization.id,
    });
    expect(await claimDeletion(context, deletionId)).toMatchObject({ kind: 'claimed' });
    await expect(undoDeletion(context, organization.owner)).rejects.toMatchObject({ code: 'deletion_done' });
    const done = await Promise.all(Array.from({ length: 5 }, () => deleteOrganization(context, deletionId)));
    expect(done.filter(Boolean)).toHaveLength(1);
    expect(await noticesTo(organization.owner.userId)).toEqual(['deletion_scheduled', 'deletion_done']);
    expect(await claimDeletion(context, deletionId)).toEqual({ kind: 'settled' });
  });

  it('leaves no row of the organization in any table, and all of another', async () => {
    const { context, database } = stage;
    const [organization, other] = [await seedOrganization(context), await seedOrganization(context)];
    for (const each of [organization, other]) await seedInvitation(context, each);
    const deletionId = await scheduled(organization);
    context.advance({ days: 7 });
    await claimDeletion(context, deletionId);
    await deleteOrganization(context, deletionId);
    const tables = await database.$queryRaw<{ name: string }[]>`
      SELECT DISTINCT table_name::text AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name = 'organization_id'`;
    for (const { name } of tables) {
      const rows = await database.$queryRawUnsafe<unknown[]>(
        `SELECT 1 FROM ${name} WHERE organization_id = $1::uuid`,
        organization.id,
      );
      // The deletion itself, and what an operator has to look at, outlive it.
      expect([name, rows.length]).toEqual([name, name === 'organization_deletions' ? 1 : 0]);
    }
    expect(await database.organization.count({ where: { id: organization.id } })).toBe(0);
    expect(await database.member.count({ where: { organizationId: other.id } })).toBe(1);
    expect(await database.invitation.count({ where: { organizationId: other.id } })).toBe(1);
    expect(await deletions(organization)).toMatchObject([{ status: 'done' }]);
  });

  it('takes what there is to be looked at off the operator’s list, but not what money hangs on', async () => {
    const { context } = stage;
    const [organization, other] = [await seedOrganization(context), await seedOrganization(context)];
    const kinds = ['two_subscriptions', 'unknown_status', 'dispute', 'paid_twice'] as const;
    for (const each of [organization, other]) {
      for (const kind of kinds) {
        const finding = { kind, subject: `${kind} ${each.id}`, organizationId: each.id, detail: {} };
        await reportFinding(context, finding, { log });
      }
    }
    const deletionId = await scheduled(organization);
    context.advance({ days: 7 });
    await claimDeletion(context, deletionId);
    await deleteOrganization(context, deletionId);
    const open = async ({ id }: SeededOrganization) =>
      (await listOpenFindings(context, { organizationId: id })).map(({ kind }) => kind);
    expect(await open(organization)).toEqual(['dispute', 'paid_twice']);
    expect(await open(other)).toEqual(kinds);
  });

  it('is taken up again by the daily run where it was given up', async () => {
    const { context, database } = stage;
    const organization = await seedOrganization(context);
    const deletionId = await scheduled(organization);
    context.advance({ days: 7 });
    await claimDeletion(context, deletionId);
    await database.outboxRow.updateMany({ where: { topic: 'deletion.finish' }, data: { status: 'parked' } });
    expect(await resumeDueDeletions(context)).toBeGreaterThan(0);
    expect(await resumeDueDeletions(context)).toBeGreaterThan(0);
    const waiting = (await effectsOf(deletionId)).filter(
      ({ topic, status }) => topic === 'deletion.finish' && status === 'pending',
    );
    expect(waiting).toHaveLength(1);
  });
});
