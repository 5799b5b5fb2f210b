import { Prisma } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { effect, homeRefresh } from '../effects.ts';
import { recordClauses } from '../record.ts';

export interface NewInstallation {
  teamId: string;
  teamName: string | null;
  appId: string | null;
  botUserId: string;
  botId: string | null;
  /** The bot token, sealed for the team id. */
  sealed: string;
  scopes: string[];
  installerUserId: string;
}

/**
 * Notes that a workspace installed the app. The first time the installer gets a welcome; a reinstall replaces the token,
 * brings the App Home up to date and goes on where the workspace stopped.
 */
export async function recordInstallation(context: Context, input: NewInstallation): Promise<void> {
  const { teamId, teamName, appId, botUserId, botId, sealed, scopes, installerUserId } = input;
  const now = context.now();
  const welcome = effect('notice', { teamId, userId: installerUserId, notice: { kind: 'welcome' } });
  await context.database.$transaction(async (transaction) => {
    const [row] = await transaction.$queryRaw<{ first: boolean }[]>`
      INSERT INTO installations
        (team_id, team_name, app_id, bot_user_id, bot_id, sealed, scopes, installer_user_id, installed_at)
      VALUES (${teamId}, ${teamName}, ${appId}, ${botUserId}, ${botId}, ${sealed}, ${scopes}, ${installerUserId},
        ${now})
      ON CONFLICT (team_id) DO UPDATE SET team_name = excluded.team_name, app_id = excluded.app_id,
        bot_user_id = excluded.bot_user_id, bot_id = excluded.bot_id, sealed = excluded.sealed,
        scopes = excluded.scopes, installer_user_id = excluded.installer_user_id,
        installed_at = excluded.installed_at, removed_at = NULL
      -- A row that this statement inserted has no earlier version.
      RETURNING xmax = 0 AS first`;
    const clauses = recordClauses(context, [], [row?.first ? welcome : homeRefresh(teamId)]);
    await transaction.$executeRaw(Prisma.sql`WITH ${clauses} SELECT 1`);
  });
}
