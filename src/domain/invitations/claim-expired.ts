import { z } from 'zod';
import { Prisma } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { effect } from '../effects.ts';
import { record } from '../record.ts';
import type { GrantableRole } from '../roles.ts';
import { keeps } from './find-invitation.ts';

/** How many of them a message names; the others are counted. */
export const NAMED = 10;

/** What one person is to be told, once. */
export interface ExpiredNews {
  teamId: string;
  userId: string;
  organizationName: string;
  /** All that ran out, and whose address is not on board by another invite since. */
  total: number;
  invitations: { id: string; email: string; role: GrantableRole }[];
}

const claimSchema = z.object({ total: z.int(), ids: z.array(z.uuid()) });

interface Claimed {
  claim: unknown;
  organizationId: string;
  organizationName: string;
  teamId: string;
  userId: string | null;
  /** Where the one to be told cannot look after invites any more: who can. */
  passTo: string | null;
}

/**
 * Takes everything that ran out and that `memberId` was not told of yet, for the effect `outboxId`, and marks it as told. The
 * same effect is given the same news however often it runs, so that a message whose answer was lost can be looked for and
 * no invite is told twice or never. The Owner is told of those whose inviter cannot look after invites any more.
 * @returns null where there is nothing (left) to tell.
 */
export async function claimExpired(
  context: Context,
  { memberId, outboxId }: { memberId: string; outboxId: string },
): Promise<ExpiredNews | null> {
  const claimed = await claim(context, { memberId, outboxId });
  if (!claimed) return null;
  const { organizationId, organizationName, teamId, userId, passTo } = claimed;
  if (claimed.claim === null) {
    // Removed since the sweep: the Owner is told instead.
    if (passTo) await passOn(context, passTo);
    return null;
  }
  const { ids, total } = claimSchema.parse(claimed.claim);
  if (ids.length === 0 || userId === null) return null;
  const named = await context.database.invitation.findMany({
    where: { id: { in: ids }, organizationId },
    select: { id: true, email: true, role: true },
    orderBy: { email: 'asc' },
  });
  const invitations = named.map((each) => ({ ...each, role: each.role as GrantableRole }));
  return { teamId, userId, organizationName, total, invitations };
}

/**
 * In one statement. The lock on the effect makes a second run of it wait, and find the claim: then it takes nothing. What is
 * taken is left in the effect as the ids that the message will name.
 */
async function claim(
  context: Context,
  { memberId, outboxId }: { memberId: string; outboxId: string },
): Promise<Claimed | undefined> {
  const now = context.now();
  const [claimed] = await context.database.$queryRaw<Claimed[]>`
    WITH effect AS MATERIALIZED (
      SELECT row.id, row.payload -> 'claim' AS claim, o.id AS organization_id, o.name, o.team_id, m.user_id, m.role,
        ${keeps(Prisma.sql`m`)} AS keeps, owner.id AS owner_id, owner.user_id AS owner_user_id
      FROM outbox row JOIN members m ON m.id = ${memberId}::uuid JOIN organizations o ON o.id = m.organization_id
      LEFT JOIN members owner ON owner.organization_id = o.id AND owner.role = 'owner' AND owner.status = 'active'
      WHERE row.id = ${outboxId}::uuid FOR UPDATE OF row),
    taken AS (
      UPDATE invitations i SET expiry_told_at = ${now}::timestamptz
      FROM effect JOIN members m ON m.organization_id = effect.organization_id
        AND (m.id = ${memberId}::uuid OR (effect.role = 'owner' AND NOT ${keeps(Prisma.sql`m`)}))
      WHERE effect.claim IS NULL AND effect.keeps
        AND i.invited_by_id = m.id AND i.status = 'expired' AND i.expiry_told_at IS NULL
      RETURNING i.id, i.organization_id, i.email, i.expires_at),
    absent AS (
      SELECT t.id, t.expires_at FROM taken t
      WHERE NOT EXISTS (SELECT FROM members m WHERE m.organization_id = t.organization_id AND m.email = t.email
          AND m.status = 'active')
        AND NOT EXISTS (SELECT FROM invitations i WHERE i.organization_id = t.organization_id
          AND i.email = t.email AND i.status = 'pending' AND i.expires_at > ${now}::timestamptz)),
    kept AS (
      UPDATE outbox row SET payload = row.payload || jsonb_build_object('claim', jsonb_build_object(
        'total', (SELECT count(*) FROM absent),
        'ids', (SELECT coalesce(jsonb_agg(id), '[]') FROM (
          SELECT id FROM absent ORDER BY expires_at DESC, id LIMIT ${NAMED}) AS named)))
      FROM effect WHERE row.id = effect.id AND effect.claim IS NULL AND effect.keeps
      RETURNING row.payload -> 'claim' AS claim)
    SELECT coalesce(effect.claim, (SELECT claim FROM kept)) AS claim, organization_id AS "organizationId",
      name AS "organizationName", team_id AS "teamId",
      CASE WHEN keeps THEN user_id ELSE owner_user_id END AS "userId",
      CASE WHEN NOT keeps THEN owner_id END AS "passTo"
    FROM effect`;
  return claimed;
}

async function passOn(context: Context, ownerId: string): Promise<void> {
  const key = `invitations.tell-expired:${ownerId}`;
  await record(
    context.database,
    context,
    [],
    [effect('invitations.tell-expired', { memberId: ownerId }, { key })],
  );
}
