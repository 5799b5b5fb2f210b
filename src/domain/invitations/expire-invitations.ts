import { Prisma } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { effect } from '../effects.ts';
import { leanOnWaitingRow, record } from '../record.ts';
import { keeperId } from './find-invitation.ts';

/** How many invites one statement settles: enough to be fast, few enough to hold their rows only for a moment. */
const BATCH = 2_000;

/** How many people's news one statement queues. */
const NEWS = 1_000;

/**
 * Settles the pending invites whose time has run out, in bounded batches, writes the audit trail, and then queues one message
 * for each inviter, or for the Owner where the inviter cannot look after invites any more. Their seats were free before this,
 * by the clock. Any number of sweeps may run at once: each invite is settled by one of them. What one that died has settled
 * and nobody was told of yet, the next one tells.
 * @returns how many this sweep settled.
 */
export async function expireInvitations(context: Context): Promise<number> {
  let total = 0;
  for (let count = BATCH; count === BATCH; total += count) count = await expireBatch(context);
  await queueNews(context);
  return total;
}

async function expireBatch(context: Context): Promise<number> {
  const now = context.now();
  const due = await context.database.invitation.count({
    where: { status: 'pending', expiresAt: { lte: now } },
    take: BATCH,
  });
  if (due === 0) return 0;
  const ids = () => Array.from({ length: due }, () => context.newId());
  // Keyed outbox rows are inserted in the order of their keys, so that two sweeps cannot wait for each other.
  const [row] = await context.database.$queryRaw<{ count: number }[]>`
    WITH due AS (
      SELECT id FROM invitations WHERE status = 'pending' AND expires_at <= ${now}::timestamptz
      ORDER BY expires_at LIMIT ${due} FOR UPDATE SKIP LOCKED),
    expired AS (
      UPDATE invitations i SET status = 'expired', settled_at = ${now}::timestamptz
      FROM due WHERE i.id = due.id
      RETURNING i.id, i.organization_id, i.email, i.message_ts),
    audited AS (
      INSERT INTO audit_entries (id, organization_id, action, actor_name, subject, at)
      SELECT (${ids()}::uuid[])[row_number() OVER ()], organization_id, 'invitation.expired', 'The clock', email,
        ${now}::timestamptz
      FROM expired),
    updated AS (
      INSERT INTO outbox (id, topic, payload, available_at, created_at)
      SELECT (${ids()}::uuid[])[row_number() OVER ()], 'invitation.message-update',
        jsonb_build_object('invitationId', id), ${now}::timestamptz, ${now}::timestamptz
      FROM expired WHERE message_ts IS NOT NULL),
    refreshed AS (
      INSERT INTO outbox (id, topic, payload, key, available_at, created_at)
      SELECT (${ids()}::uuid[])[row_number() OVER (ORDER BY o.team_id)], 'home.refresh',
        jsonb_build_object('teamId', o.team_id), 'home:' || o.team_id, ${now}::timestamptz, ${now}::timestamptz
      FROM (SELECT DISTINCT organization_id FROM expired) e JOIN organizations o ON o.id = e.organization_id
      ORDER BY o.team_id
      ${leanOnWaitingRow})
    SELECT count(*)::int AS count FROM expired`;
  return row?.count ?? 0;
}

/** After all batches, so that somebody's invites of several batches come in one message. */
async function queueNews(context: Context): Promise<void> {
  const keepers = await context.database.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT keeper.id FROM (
      SELECT ${keeperId(Prisma.sql`inviter`, Prisma.sql`owner`)} AS id
      FROM (SELECT DISTINCT invited_by_id FROM invitations WHERE status = 'expired' AND expiry_told_at IS NULL) i
      JOIN members inviter ON inviter.id = i.invited_by_id
      LEFT JOIN members owner ON owner.organization_id = inviter.organization_id AND owner.role = 'owner'
        AND owner.status = 'active') keeper
    WHERE keeper.id IS NOT NULL ORDER BY keeper.id`;
  const news = keepers.map(({ id: memberId }) =>
    effect('invitations.tell-expired', { memberId }, { key: `invitations.tell-expired:${memberId}` }),
  );
  for (let done = 0; done < news.length; done += NEWS) {
    await record(context.database, context, [], news.slice(done, done + NEWS));
  }
}
