import type { Transaction } from '../../../database/client.ts';
import { type Effect, effect } from '../../effects.ts';
import type { Notice } from '../../notices.ts';

/** As many of those who can do something about it are told. */
const TOLD = 50;

/** Tells the Owner and the Admins of what befell the support channel. Those under one key that still wait are one. */
export async function tellManagers(
  transaction: Pick<Transaction, 'member'>,
  { organizationId, teamId }: { organizationId: string; teamId: string },
  notice: Notice,
  key?: string,
): Promise<Effect[]> {
  const managers = await transaction.member.findMany({
    where: { organizationId, status: 'active', role: { in: ['owner', 'admin'] } },
    select: { userId: true },
    orderBy: { id: 'asc' },
    take: TOLD,
  });
  return managers.map(({ userId }) =>
    effect('notice', { teamId, userId, notice }, key === undefined ? {} : { key: `${key}:${userId}` }),
  );
}
