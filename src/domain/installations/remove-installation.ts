import type { Context } from '../context.ts';

/**
 * Stops an installation that Slack says has ended, and forgets its token; the organization and its billing stay. `at` is
 * when it ended by Slack's clock, to the second. What ended before the present installation began is old news that came
 * late, and changes nothing. Returns whether the installation stopped.
 */
export async function removeInstallation(
  context: Pick<Context, 'database' | 'now'>,
  { teamId, at, botUserId }: { teamId: string; at: Date; botUserId?: string[] },
): Promise<boolean> {
  // Slack cuts its time to the second, so within the second of the installation the order cannot be told. Nobody removes
  // and installs again within one second; whoever tries the app out may well remove it so fast.
  const stopped = await context.database.$executeRaw`
    UPDATE installations SET removed_at = ${context.now()}, sealed = ''
    WHERE team_id = ${teamId} AND removed_at IS NULL AND date_trunc('second', installed_at) <= ${at}
      AND (${botUserId ?? null}::text[] IS NULL OR bot_user_id = ANY (${botUserId ?? null}::text[]))`;
  return stopped === 1;
}
