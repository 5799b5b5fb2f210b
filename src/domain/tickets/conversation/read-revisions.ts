import type { Context } from '../../context.ts';

/** The revisions of those of the tickets that stand. */
export async function readRevisions(
  { database }: Pick<Context, 'database'>,
  ticketIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await database.$queryRaw<{ id: string; revision: number }[]>`
    SELECT id::text, revision FROM tickets WHERE id = ANY (${ticketIds}::uuid[])`;
  return new Map(rows.map(({ id, revision }) => [id, revision]));
}
