import type { Context } from '../context.ts';

/** The sealed tokens of installed workspaces, `limit` at most, in the order of their team ids, those after `after`. */
export function listSealedTokens(
  { database }: Pick<Context, 'database'>,
  { after, limit }: { after: string; limit: number },
): Promise<{ teamId: string; sealed: string }[]> {
  return database.installation.findMany({
    where: { removedAt: null, teamId: { gt: after } },
    orderBy: { teamId: 'asc' },
    take: limit,
    select: { teamId: true, sealed: true },
  });
}
