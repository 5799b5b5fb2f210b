import { Prisma } from '../../database/client.ts';
import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { permit } from '../permissions.ts';
import { recordClauses } from '../record.ts';
import { deliveryEffects } from './delivery-effects.ts';
import { findInvitation, keeps } from './find-invitation.ts';
import { refuseSeat, type SeatOutcome } from './seat-outcome.ts';
import type { SentInvitation } from './send-invitation.ts';
import { hashToken, newToken } from './token.ts';
import { expiryOf } from './validity.ts';

/**
 * Gives an invite another 7 days from now and a new link, and mails it; the old link is dead. A pending invite keeps the seat
 * it holds and takes no second one; one that ran out, swept or not, needs a free seat again. Whoever sends it again looks
 * after it from then on, if its inviter no longer can.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`, `invitation_unknown`, `invitation_settled`,
 * `no_free_seat`, `already_member`, `already_invited`.
 */
export async function resendInvitation(
  context: Context,
  actor: Actor,
  input: { invitationId: string },
): Promise<SentInvitation> {
  const member = requireMember(actor);
  permit(member, 'members.invite');
  const key = { id: input.invitationId, organizationId: member.organizationId };
  const invitation = await findInvitation(context, key);
  if (!invitation) throw refuse('invitation_unknown');
  const { id, email, role } = invitation;

  const now = context.now();
  const token = newToken(context);
  const expiresAt = expiryOf(now);
  const records = recordClauses(
    context,
    [
      {
        organizationId: member.organizationId,
        by: member,
        action: 'invitation.resent',
        subject: email,
        before: { expiresAt: invitation.expiresAt.toISOString() },
        after: { expiresAt: expiresAt.toISOString() },
      },
    ],
    deliveryEffects(context, { id, token, teamId: member.teamId }),
    Prisma.sql`EXISTS (SELECT FROM resent)`,
  );
  const [seat] = await context.database.$queryRaw<(SeatOutcome & { resent: boolean })[]>`
    WITH seat AS MATERIALIZED (
      SELECT * FROM hold_seat(${member.organizationId}::uuid, ${email}, ${now}::timestamptz, ${id}::uuid)),
    resent AS (
      UPDATE invitations i
      SET status = 'pending', token_hash = ${hashToken(token)}, expires_at = ${expiresAt}::timestamptz,
        sends = i.sends + 1, mail_status = 'queued', mail_error = NULL, settled_at = NULL, expiry_told_at = NULL,
        seat_missed_at = NULL, invited_by_id = CASE
          WHEN EXISTS (SELECT FROM members m WHERE m.id = i.invited_by_id AND ${keeps(Prisma.sql`m`)})
          THEN i.invited_by_id ELSE ${member.memberId}::uuid END
      FROM seat
      WHERE i.id = ${id}::uuid AND i.organization_id = ${member.organizationId}::uuid AND (
        (i.status = 'pending' AND i.expires_at > ${now}::timestamptz AND seat.outcome IN ('free', 'full'))
        OR (i.status IN ('pending', 'expired') AND seat.outcome = 'free'))
      RETURNING i.id),
    swept AS (
      INSERT INTO audit_entries (id, organization_id, action, actor_name, subject, at)
      SELECT ${context.newId()}::uuid, ${member.organizationId}::uuid, 'invitation.expired', 'The clock', ${email},
        ${now}::timestamptz
      FROM seat WHERE settled IS NOT NULL),
    ${records}
    SELECT outcome, purchased, members, pending, EXISTS (SELECT FROM resent) AS resent FROM seat`;
  if (seat?.resent) return { id, email, role, expiresAt };

  const present = await findInvitation(context, key);
  if (!present) throw refuse('invitation_unknown');
  if (present.status !== 'pending' && present.status !== 'expired') {
    throw refuse('invitation_settled', { status: present.status });
  }
  throw refuseSeat(seat, email);
}
