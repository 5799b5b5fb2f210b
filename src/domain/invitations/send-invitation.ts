import { Prisma } from '../../database/client.ts';
import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { permit } from '../permissions.ts';
import { recordClauses } from '../record.ts';
import { type GrantableRole, grantableRoles } from '../roles.ts';
import { deliveryEffects } from './delivery-effects.ts';
import { normalizeEmail } from './email.ts';
import { refuseSeat, type SeatOutcome } from './seat-outcome.ts';
import { hashToken, newToken } from './token.ts';
import { expiryOf } from './validity.ts';

export interface SentInvitation {
  id: string;
  email: string;
  role: GrantableRole;
  expiresAt: Date;
}

/**
 * Sends an invite, which holds a seat for 7 days. However many are sent at once, never more seats are held than purchased,
 * and never two for one address: the check and the invite are one statement, behind the lock on the organization's seats.
 * The token leaves only sealed; stored is its SHA-256. An invite to the same address that ran out does not block.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`; on the field `email`: `email_form`, `already_member`,
 * `already_invited`, `no_free_seat`; on the field `role`: `role_not_invitable`.
 */
export async function sendInvitation(
  context: Context,
  actor: Actor,
  input: { email: string; role: string },
): Promise<SentInvitation> {
  const member = requireMember(actor);
  permit(member, 'members.invite');
  const email = normalizeEmail(input.email);
  const role = grantableRoles.find((grantable) => grantable === input.role);
  if (!role) throw refuse('role_not_invitable').on('role');

  const now = context.now();
  const id = context.newId();
  const token = newToken(context);
  const expiresAt = expiryOf(now);
  const records = recordClauses(
    context,
    [
      {
        organizationId: member.organizationId,
        by: member,
        action: 'invitation.sent',
        subject: email,
        after: { role, expiresAt: expiresAt.toISOString() },
      },
    ],
    deliveryEffects(context, { id, token, teamId: member.teamId }),
    Prisma.sql`(SELECT outcome FROM seat) = 'free'`,
  );
  const [seat] = await context.database.$queryRaw<SeatOutcome[]>`
    WITH seat AS MATERIALIZED (
      SELECT * FROM hold_seat(${member.organizationId}::uuid, ${email}, ${now}::timestamptz, NULL)),
    sent AS (
      INSERT INTO invitations (id, organization_id, email, role, token_hash, invited_by_id, expires_at, created_at)
      SELECT ${id}::uuid, ${member.organizationId}::uuid, ${email}, ${role}::role, ${hashToken(token)},
        ${member.memberId}::uuid, ${expiresAt}::timestamptz, ${now}::timestamptz
      FROM seat WHERE outcome = 'free'),
    swept AS (
      INSERT INTO audit_entries (id, organization_id, action, actor_name, subject, at)
      SELECT ${context.newId()}::uuid, ${member.organizationId}::uuid, 'invitation.expired', 'The clock', ${email},
        ${now}::timestamptz
      FROM seat WHERE settled IS NOT NULL),
    ${records}
    SELECT outcome, purchased, members, pending FROM seat`;
  if (seat?.outcome !== 'free') throw refuseSeat(seat, email).on('email');
  return { id, email, role, expiresAt };
}
