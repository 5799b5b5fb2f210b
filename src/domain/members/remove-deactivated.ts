import { Prisma, type Transaction } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { type Effect, effect, homeRefresh } from '../effects.ts';
import { record, recordClauses } from '../record.ts';
import { depart } from './depart.ts';
import { lockMember } from './lock-member.ts';

/** How long a deactivated Owner is not told of again, in milliseconds: Slack may send the same change many times. */
const TELL_AGAIN_AFTER = 24 * 3_600_000;

interface Affected {
  memberId: string | null;
  email: string | null;
}

/**
 * Slack deactivated somebody: their seat is free, and a pending invite to them is withdrawn. Does nothing where neither is
 * there, so that it may run any number of times. An Owner stays Owner, since only a transfer makes another, and the Admins
 * are told.
 */
export async function removeDeactivated(
  context: Context,
  { teamId, userId }: { teamId: string; userId: string },
): Promise<void> {
  await context.database.$transaction(async (transaction) => {
    const [organization] = await transaction.$queryRaw<{ id: string }[]>`
      SELECT id FROM organizations WHERE team_id = ${teamId} FOR NO KEY UPDATE`;
    if (!organization) return;
    const organizationId = organization.id;
    // A statement of its own, behind the lock: one that waited for it would still see what it saw before.
    const [affected] = await transaction.$queryRaw<Affected[]>`
      SELECT m.id AS "memberId", coalesce(m.email, p.email) AS email
      FROM (VALUES (${organizationId}::uuid, ${teamId}, ${userId})) AS asked (organization_id, team_id, user_id)
      LEFT JOIN members m ON m.organization_id = asked.organization_id AND m.user_id = asked.user_id
        AND m.status = 'active'
      LEFT JOIN slack_people p ON p.team_id = asked.team_id AND p.user_id = asked.user_id`;
    const { memberId = null, email = null } = affected ?? {};
    // Before anything is recorded, in the order of those who remove members: else the two could wait for each other.
    const member = memberId === null ? null : await lockMember(transaction, { organizationId, memberId });
    await withdrawInvitations(transaction, context, { organizationId, teamId, userId, email });
    if (member === null) return;
    if (member.role === 'owner')
      await tellAdmins(transaction, context, { organizationId, teamId, userId, name: member.name });
    else
      await depart(transaction, context, member, {
        organizationId,
        teamId,
        by: 'Slack',
        action: 'member.deactivated',
      });
  });
}

async function withdrawInvitations(
  transaction: Transaction,
  context: Context,
  {
    organizationId,
    teamId,
    userId,
    email,
  }: { organizationId: string; teamId: string; userId: string; email: string | null },
): Promise<void> {
  const withdrawn = await transaction.$queryRaw<{ id: string; email: string }[]>`
    UPDATE invitations SET status = 'revoked', settled_at = ${context.now()}::timestamptz
    WHERE organization_id = ${organizationId}::uuid AND status = 'pending'
      AND (invitee_user_id = ${userId} OR email = ${email})
    RETURNING id, email`;
  const changes = withdrawn.map((invitation) => ({
    organizationId,
    by: 'Slack' as const,
    action: 'invitation.revoked' as const,
    subject: invitation.email,
  }));
  if (withdrawn.length === 0) return;
  const updates = withdrawn.map(({ id }) => effect('invitation.message-update', { invitationId: id }));
  await record(transaction, context, changes, [...updates, homeRefresh(teamId)]);
}

async function tellAdmins(
  transaction: Transaction,
  context: Context,
  {
    organizationId,
    teamId,
    userId,
    name,
  }: { organizationId: string; teamId: string; userId: string; name: string },
): Promise<void> {
  const admins = await transaction.member.findMany({
    where: { organizationId, status: 'active', role: 'admin' },
    select: { userId: true },
  });
  const effects: Effect[] = admins.map((admin) =>
    effect('notice', { teamId, userId: admin.userId, notice: { kind: 'owner_deactivated' } }),
  );
  const since = new Date(context.now().getTime() - TELL_AGAIN_AFTER);
  const untold = Prisma.sql`NOT EXISTS (
    SELECT FROM audit_entries WHERE organization_id = ${organizationId}::uuid AND at > ${since}::timestamptz
      AND action = 'member.deactivated' AND after ->> 'userId' = ${userId})`;
  const change = {
    organizationId,
    by: 'Slack',
    action: 'member.deactivated',
    subject: name,
    after: { userId },
  } as const;
  await transaction.$executeRaw`WITH ${recordClauses(context, [change], effects, untold)} SELECT 1`;
}
