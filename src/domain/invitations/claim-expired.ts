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

interface Keeper {
  organizationId: string;
  teamId: string;
  organizationName: string;
  userId: string;
  role: string;
  keeps: boolean;
  ownerId: string | null;
  ownerUserId: string | null;
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
  return context.database.$transaction(async (transaction) => {
    // The lock makes a second run of the same effect wait, and find the claim.
    const [row] = await transaction.$queryRaw<{ claim: unknown }[]>`
      SELECT payload -> 'claim' AS claim FROM outbox WHERE id = ${outboxId}::uuid FOR UPDATE`;
    if (!row) return null;
    const keeper = await findKeeper(transaction, memberId);
    if (!keeper) return null;
    if (row.claim === null && !keeper.keeps) {
      // Removed since the sweep: the Owner is told instead.
      if (keeper.ownerId) await passOn(transaction, context, keeper.ownerId);
      return null;
    }
    const claim =
      row.claim === null
        ? await take(transaction, context, keeper, { memberId, outboxId })
        : claimSchema.parse(row.claim);
    const userId = keeper.keeps ? keeper.userId : keeper.ownerUserId;
    if (claim.ids.length === 0 || userId === null) return null;
    const named = await transaction.invitation.findMany({
      where: { id: { in: claim.ids }, organizationId: keeper.organizationId },
      select: { id: true, email: true, role: true },
      orderBy: { email: 'asc' },
    });
    const { teamId, organizationName } = keeper;
    const invitations = named.map((invitation) => ({
      ...invitation,
      role: invitation.role as GrantableRole,
    }));
    return { teamId, userId, organizationName, total: claim.total, invitations };
  });
}

type Queries = Prisma.TransactionClient;

async function findKeeper(transaction: Queries, memberId: string): Promise<Keeper | undefined> {
  const [keeper] = await transaction.$queryRaw<Keeper[]>`
    SELECT o.id AS "organizationId", o.team_id AS "teamId", o.name AS "organizationName", m.user_id AS "userId",
      m.role::text AS role, ${keeps(Prisma.sql`m`)} AS keeps,
      owner.id AS "ownerId", owner.user_id AS "ownerUserId"
    FROM members m JOIN organizations o ON o.id = m.organization_id
    LEFT JOIN members owner ON owner.organization_id = o.id AND owner.role = 'owner' AND owner.status = 'active'
    WHERE m.id = ${memberId}::uuid`;
  return keeper;
}

async function passOn(transaction: Queries, context: Context, ownerId: string): Promise<void> {
  const key = `invitations.tell-expired:${ownerId}`;
  await record(
    transaction,
    context,
    [],
    [effect('invitations.tell-expired', { memberId: ownerId }, { key })],
  );
}

/** Marks them as told and leaves in the outbox row what the message will say. */
async function take(
  transaction: Queries,
  context: Context,
  { organizationId, role }: Keeper,
  { memberId, outboxId }: { memberId: string; outboxId: string },
): Promise<z.infer<typeof claimSchema>> {
  const orphaned = role === 'owner' ? Prisma.sql`OR NOT ${keeps(Prisma.sql`m`)}` : Prisma.empty;
  const [row] = await transaction.$queryRaw<{ claim: unknown }[]>`
    WITH taken AS (
      UPDATE invitations i SET expiry_told_at = ${context.now()}::timestamptz
      WHERE i.status = 'expired' AND i.expiry_told_at IS NULL AND i.invited_by_id IN (
        SELECT m.id FROM members m
        WHERE m.organization_id = ${organizationId}::uuid AND (m.id = ${memberId}::uuid ${orphaned}))
      RETURNING i.id, i.email, i.expires_at),
    absent AS (
      SELECT t.id, t.expires_at FROM taken t
      WHERE NOT EXISTS (SELECT FROM members m WHERE m.organization_id = ${organizationId}::uuid AND m.email = t.email
          AND m.status = 'active')
        AND NOT EXISTS (SELECT FROM invitations i WHERE i.organization_id = ${organizationId}::uuid
          AND i.email = t.email AND i.status = 'pending' AND i.expires_at > ${context.now()}::timestamptz))
    UPDATE outbox SET payload = payload || jsonb_build_object('claim', jsonb_build_object(
      'total', (SELECT count(*) FROM absent),
      'ids', (SELECT coalesce(jsonb_agg(id), '[]') FROM (
        SELECT id FROM absent ORDER BY expires_at DESC, id LIMIT ${NAMED}) AS named)))
    WHERE id = ${outboxId}::uuid
    RETURNING payload -> 'claim' AS claim`;
  return claimSchema.parse(row?.claim);
}
