import { Prisma } from '../../database/client.ts';
import type { AuditAction } from '../audit/actions.ts';
import type { Context } from '../context.ts';
import { type Effect, effect, homeRefresh } from '../effects.ts';
import { type Refusal, refuse } from '../errors.ts';
import { type Author, recordClauses } from '../record.ts';
import type { FoundInvitation } from './find-invitation.ts';

export interface Settlement {
  status: 'revoked' | 'declined';
  by: Author;
  effects?: readonly Effect[];
  /** The link that it is done by: it must still be the invite's. */
  tokenHash?: Uint8Array;
}

/**
 * Ends a pending invite as revoked or declined, which frees its seat at once. False where somebody or the clock was faster;
 * nothing is recorded then.
 */
export async function settle(
  context: Context,
  invitation: FoundInvitation,
  { status, by, effects = [], tokenHash }: Settlement,
): Promise<boolean> {
  const now = context.now();
  const { id, email, organization } = invitation;
  const action: AuditAction = `invitation.${status}`;
  const records = recordClauses(
    context,
    [{ organizationId: organization.id, by, action, subject: email }],
    [effect('invitation.message-update', { invitationId: id }), homeRefresh(organization.teamId), ...effects],
    Prisma.sql`EXISTS (SELECT FROM settled)`,
  );
  const [row] = await context.database.$queryRaw<{ settled: boolean }[]>`
    WITH settled AS (
      UPDATE invitations SET status = ${status}::invitation_status, settled_at = ${now}::timestamptz
      WHERE id = ${id}::uuid AND organization_id = ${organization.id}::uuid AND status = 'pending'
        AND expires_at > ${now}::timestamptz ${tokenHash ? Prisma.sql`AND token_hash = ${tokenHash}` : Prisma.empty}
      RETURNING id),
    ${records}
    SELECT EXISTS (SELECT FROM settled) AS settled`;
  return row?.settled ?? false;
}

/** The refusal for an invite that is pending no more, or is not there at all. */
export function refuseSettled(invitation: FoundInvitation | null): Refusal {
  if (!invitation || invitation.status === 'pending') return refuse('invitation_unknown');
  return refuse('invitation_settled', { status: invitation.status });
}
