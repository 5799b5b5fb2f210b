import type { Transaction } from '../../../database/client.ts';
import { type Effect, effect } from '../../effects.ts';
import type { Notice } from '../../notices.ts';

/** Of more admins than this, the rest sees it on the Home tab. */
const MOST_TOLD = 1000;

interface Deletion {
  organizationId: string;
  teamId: string;
  requestedBy: string;
}

/** Tells everybody who manages the organization, and who asked for the deletion, whatever they are by now. */
export async function deletionNotices(
  transaction: Pick<Transaction, 'member'>,
  deletion: Deletion,
  notice: Notice,
): Promise<Effect[]> {
  const members = await transaction.member.findMany({
    where: { organizationId: deletion.organizationId, status: 'active', role: { in: ['owner', 'admin'] } },
    orderBy: { role: 'asc' },
    take: MOST_TOLD,
    select: { userId: true },
  });
  return tell(
    deletion,
    members.map(({ userId }) => userId),
    notice,
  );
}

/** Tells the present Owner, and who asked for it. */
export async function ownerNotices(
  transaction: Pick<Transaction, 'member'>,
  deletion: Deletion,
  notice: Notice,
): Promise<Effect[]> {
  const owner = await findOwner(transaction, deletion.organizationId);
  return tell(deletion, owner === null ? [] : [owner], notice);
}

/** The present Owner's Slack id; null where there is none. */
export async function findOwner(
  database: Pick<Transaction, 'member'>,
  organizationId: string,
): Promise<string | null> {
  const owner = await database.member.findFirst({
    where: { organizationId, status: 'active', role: 'owner' },
    select: { userId: true },
  });
  return owner?.userId ?? null;
}

function tell({ teamId, requestedBy }: Deletion, userIds: readonly string[], notice: Notice): Effect[] {
  const once = new Set([...userIds, requestedBy]);
  return [...once].map((userId) => effect('notice', { teamId, userId, notice }));
}
