import { Prisma } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { effect } from '../effects.ts';
import { recordClauses } from '../record.ts';

/** Remembers that somebody has the App Home open, so that changes reach it, and has it published for them. */
export async function openHome(
  context: Pick<Context, 'database' | 'now' | 'newId'>,
  { teamId, userId }: { teamId: string; userId: string },
): Promise<void> {
  const publish = effect('home.publish', { teamId, userId }, { key: `home-open:${teamId}:${userId}` });
  await context.database.$executeRaw(Prisma.sql`
    WITH viewed AS (
      INSERT INTO home_views (team_id, user_id, opened_at) VALUES (${teamId}, ${userId}, ${context.now()})
      ON CONFLICT (team_id, user_id) DO UPDATE SET opened_at = excluded.opened_at),
    ${recordClauses(context, [], [publish])}
    SELECT 1`);
}
