import { Prisma } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { effect, homeRefresh } from '../effects.ts';
import { refuse } from '../errors.ts';
import { recordClauses } from '../record.ts';
import { type FoundInvitation, findInvitation, type InvitationKey } from './find-invitation.ts';
import { refuseSettled } from './settle.ts';
import { tellOfMissingSeat } from './tell-of-missing-seat.ts';

export interface Joined {
  invitation: FoundInvitation;
  /** True where the same person had accepted it before. */
  again: boolean;
}

interface Outcome {
  taken: boolean;
  joined: boolean;
  fits: boolean;
  closing: boolean;
}

/**
 * Turns a pending invite into a membership, in one statement behind the lock on the organization's seats: of any number of
 * accepts at once, one does it. Somebody removed earlier gets their row back, with the invite's role.
 */
export async function join(
  context: Context,
  person: { userId: string; name: string; email: string | null },
  invitation: FoundInvitation,
  key: InvitationKey,
): Promise<Joined> {
  if (invitation.status !== 'pending') return explain(context, person, invitation);
  const now = context.now();
  const { id, role, organization, keeperUserId } = invitation;
  const email = person.email?.trim().toLowerCase() ?? invitation.email;
  const notice = { kind: 'invitation_accepted' as const, invitationId: id };
  const records = recordClauses(
    context,
    [
      {
        organizationId: organization.id,
        by: { userId: person.userId, name: person.name },
        action: 'invitation.accepted',
        subject: invitation.email,
        after: { role },
      },
    ],
    [
      effect('invitation.message-update', { invitationId: id }),
      ...(keeperUserId === null
        ? []
        : [effect('notice', { teamId: organization.teamId, userId: keeperUserId, notice })]),
      homeRefresh(organization.teamId),
    ],
    Prisma.sql`EXISTS (SELECT FROM taken)`,
  );
  const closing = Prisma.sql`EXISTS (SELECT FROM organization_deletions AS d
    WHERE d.organization_id = ${organization.id}::uuid
      AND (d.status = 'requested' OR d.status = 'exporting' OR d.status = 'scheduled' OR d.status = 'deleting'))`;
  const [outcome] = await context.database.$queryRaw<Outcome[]>`
    WITH seats AS MATERIALIZED (
      SELECT members + pending <= purchased AS fit FROM lock_seats(${organization.id}::uuid, ${now}::timestamptz)),
    taken AS (
      UPDATE invitations i
      SET status = 'accepted', settled_at = ${now}::timestamptz, invitee_user_id = ${person.userId}
      FROM seats
      WHERE i.id = ${id}::uuid AND i.status = 'pending' AND i.expires_at > ${now}::timestamptz AND seats.fit
        AND NOT (${closing})
        ${'tokenHash' in key ? Prisma.sql`AND i.token_hash = ${key.tokenHash}` : Prisma.empty}
      RETURNING i.role),
    joined AS (
      INSERT INTO members AS m (id, organization_id, user_id, email, name, role, joined_at)
      SELECT ${context.newId()}::uuid, ${organization.id}::uuid, ${person.userId}, ${email}, ${person.name}, taken.role,
        ${now}::timestamptz
      FROM taken
      ON CONFLICT (organization_id, user_id) DO UPDATE
      SET status = 'active', role = excluded.role, email = excluded.email, name = excluded.name,
        joined_at = excluded.joined_at, removed_at = NULL
      WHERE m.status = 'removed'
      RETURNING m.id),
    ${records}
    SELECT EXISTS (SELECT FROM taken) AS taken, EXISTS (SELECT FROM joined) AS joined, seats.fit AS fits,
      ${closing} AS closing FROM seats`;
  if (outcome?.joined) return { invitation: { ...invitation, status: 'accepted' }, again: false };
  if (outcome?.taken) throw refuse('already_joined', { name: organization.name });

  const present = await findInvitation(context, key);
  if (present?.status === 'pending' && outcome?.closing) throw refuse('organization_closing');
  if (present?.status === 'pending' && outcome && !outcome.fits) {
    await tellOfMissingSeat(context, present);
    throw refuse('seats_were_cut');
  }
  return explain(context, person, present);
}

/** Why it could not be accepted; unless it was, by the same person, who is a member since. */
async function explain(
  context: Context,
  person: { userId: string },
  invitation: FoundInvitation | null,
): Promise<Joined> {
  if (invitation?.status === 'accepted' && invitation.inviteeUserId === person.userId) {
    const member = await context.database.member.findFirst({
      where: { organizationId: invitation.organization.id, userId: person.userId, status: 'active' },
      select: { id: true },
    });
    if (member) return { invitation, again: true };
  }
  throw refuseSettled(invitation);
}
