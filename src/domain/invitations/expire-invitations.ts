import { Prisma } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { keeps } from './find-invitation.ts';

/** How many invites one statement settles: enough to be fast, few enough to hold their rows only for a moment. */
const BATCH = 2_000;

/** How long news of expired invites waits for more of the same inviter's, so that they come in one message. Seconds. */
const GATHER_SECONDS = 2;

/**
 * Settles the pending invites whose time has run out, in bounded batches: marks them, writes the audit trail, and queues one
 * message for each inviter, or for the Owner where the inviter cannot look after invites any more. Their seats were free
 * before this, by the clock. Any number of sweeps may run at once: each invite is settled by one of them.
 * @returns how many this sweep settled.
 */
export async function expireInvitations(context: Context): Promise<number> {
  let total = 0;
  for (;;) {
    const count = await expireBatch(context);
    total += count;
    if (count < BATCH) return total;
  }
}

async function expireBatch(context: Context): Promise<number> {
  const now = context.now();
  const due = await context.database.invitation.count({
    where: { status: 'pending', expiresAt: { lte: now } },
    take: BATCH,
  });
  if (due === 0) return 0;
  // One for each audit line, message update, inviter and workspace there can be.
  const ids = Array.from({ length: due }, () => Array.from({ length: 4 }, () => context.newId()));
  const [auditIds, updateIds, tellIds, homeIds] = [0, 1, 2, 3].map((kind) => ids.map((each) => each[kind]));
  const gathered = new Date(now.getTime() + 1000 * GATHER_SECONDS);
  // Keyed outbox rows are inserted in the order of their keys, so that two sweeps cannot wait for each other.
  const [row] = await context.database.$queryRaw<{ count: number }[]>`
    WITH due AS (
      SELECT id FROM invitations WHERE status = 'pending' AND expires_at <= ${now}::timestamptz
      ORDER BY expires_at LIMIT ${due} FOR UPDATE SKIP LOCKED),
    expired AS (
      UPDATE invitations i SET status = 'expired', settled_at = ${now}::timestamptz
      FROM due WHERE i.id = due.id
      RETURNING i.id, i.organization_id, i.email, i.invited_by_id, i.message_ts),
    audited AS (
      INSERT INTO audit_entries (id, organization_id, action, actor_name, subject, at)
      SELECT (${auditIds}::uuid[])[row_number() OVER ()], organization_id, 'invitation.expired', 'The clock', email,
        ${now}::timestamptz
      FROM expired),
    updated AS (
      INSERT INTO outbox (id, topic, payload, available_at, created_at)
      SELECT (${updateIds}::uuid[])[row_number() OVER ()], 'invitation.message-update',
        jsonb_build_object('invitationId', id), ${now}::timestamptz, ${now}::timestamptz
      FROM expired WHERE message_ts IS NOT NULL),
    keepers AS (
      SELECT DISTINCT CASE WHEN ${keeps(Prisma.sql`inviter`)} THEN inviter.id ELSE owner.id END AS id
      FROM (SELECT DISTINCT organization_id, invited_by_id FROM expired) e
      JOIN members inviter ON inviter.id = e.invited_by_id
      LEFT JOIN members owner ON owner.organization_id = e.organization_id AND owner.role = 'owner'
        AND owner.status = 'active'),
    told AS (
      INSERT INTO outbox (id, topic, payload, key, available_at, created_at)
      SELECT (${tellIds}::uuid[])[row_number() OVER (ORDER BY id)], 'invitations.tell-expired',
        jsonb_build_object('memberId', id), 'invitations.tell-expired:' || id, ${gathered}::timestamptz,
        ${now}::timestamptz
      FROM keepers WHERE id IS NOT NULL ORDER BY id
      ON CONFLICT (key) WHERE status = 'pending' DO NOTHING),
    refreshed AS (
      INSERT INTO outbox (id, topic, payload, key, available_at, created_at)
      SELECT (${homeIds}::uuid[])[row_number() OVER (ORDER BY o.team_id)], 'home.refresh',
        jsonb_build_object('teamId', o.team_id), 'home:' || o.team_id, ${now}::timestamptz, ${now}::timestamptz
      FROM (SELECT DISTINCT organization_id FROM expired) e JOIN organizations o ON o.id = e.organization_id
      ORDER BY o.team_id
      ON CONFLICT (key) WHERE status = 'pending' DO NOTHING)
    SELECT count(*)::int AS count FROM expired`;
  return row?.count ?? 0;
}
