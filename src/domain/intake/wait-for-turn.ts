import type { Context } from '../context.ts';

/** What stands ahead in a line for longer than this is waited for no more: it may never be handled. In milliseconds. */
const PATIENCE_MS = 120_000;

/**
 * Whether something that happened earlier in the same line has come in and is not handled yet. What has not come in is not
 * known of, and what came in two minutes ago is passed by.
 */
export async function isAheadOfTurn(
  { database, now }: Pick<Context, 'database' | 'now'>,
  key: string,
): Promise<boolean> {
  const since = new Date(now().getTime() - PATIENCE_MS);
  const [row] = await database.$queryRaw<{ ahead: boolean }[]>`
    SELECT EXISTS (
      SELECT FROM intake mine JOIN intake earlier ON earlier.line = mine.line AND earlier.line_ts < mine.line_ts
      WHERE mine.key = ${key} AND mine.handled_at IS NULL
        AND earlier.handled_at IS NULL AND earlier.line IS NOT NULL AND earlier.received_at > ${since}::timestamptz) AS ahead`;
  return row?.ahead ?? false;
}
