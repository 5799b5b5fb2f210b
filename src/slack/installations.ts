import type { Installation, InstallationQuery, InstallationStore } from '@slack/oauth';
import type { Keyring } from '../database/sealing.ts';
import type { Context } from '../domain/context.ts';
import { findInstallation } from '../domain/installations/find-installation.ts';
import { recordInstallation } from '../domain/installations/record-installation.ts';
import { removeInstallation } from '../domain/installations/remove-installation.ts';
import { resealToken } from '../domain/installations/reseal-token.ts';

/** How long a token is remembered, and for how many workspaces at once. */
const REMEMBERED_SECONDS = 60;
const REMEMBERED_TEAMS = 5_000;

/** Bolt's InstallationStore in PostgreSQL, tokens sealed; and the bot tokens for the Web API clients. */
export interface Installations extends InstallationStore {
  /** The workspace's bot token, at most a minute old; null where the app is not installed. */
  findToken(teamId: string): Promise<string | null>;
  /** For a token that Slack refused: the next `findToken` reads it anew. */
  forgetToken(teamId: string): void;
}

/** An installation for a whole Enterprise Grid, which is not one workspace and cannot be one organization. */
export class EnterpriseInstallRefused extends Error {
  override name = 'EnterpriseInstallRefused';
  readonly code = 'enterprise_install_refused';
}

export function createInstallations(context: Context, keyring: Keyring): Installations {
  const tokens = new Map<string, { token: string; until: number }>();

  const readToken = async (teamId: string): Promise<string | null> => {
    const installation = await findInstallation(context, teamId);
    if (installation === null) return null;
    const { secret, current } = keyring.open(installation.sealed, teamId);
    if (!current) {
      await resealToken(context, { teamId, from: installation.sealed, to: keyring.seal(secret, teamId) });
    }
    return secret;
  };

  return {
    async findToken(teamId) {
      const known = tokens.get(teamId);
      const now = context.now().getTime();
      if (known && known.until > now) return known.token;
      tokens.delete(teamId);
      const token = await readToken(teamId);
      if (token !== null) tokens.set(teamId, { token, until: now + 1000 * REMEMBERED_SECONDS });
      if (tokens.size > REMEMBERED_TEAMS) tokens.delete(tokens.keys().next().value as string);
      return token;
    },

    forgetToken: (teamId) => void tokens.delete(teamId),

    async storeInstallation(installation) {
      const { team, bot, user, appId, isEnterpriseInstall } = installation;
      if (isEnterpriseInstall || !team) {
        throw new EnterpriseInstallRefused('The app was to be installed for a whole enterprise.');
      }
      if (!bot) throw new Error('Slack gave no bot token.');
      await recordInstallation(context, {
        teamId: team.id,
        teamName: team.name ?? null,
        appId: appId ?? null,
        botUserId: bot.userId,
        botId: bot.id ?? null,
        sealed: keyring.seal(bot.token, team.id),
        scopes: bot.scopes,
        installerUserId: user.id,
      });
      tokens.delete(team.id);
    },

    async fetchInstallation(query) {
      const teamId = requireTeam(query);
      const installation = await findInstallation(context, teamId);
      if (installation === null) throw new Error(`The app is not installed in the workspace ${teamId}.`);
      const { secret } = keyring.open(installation.sealed, teamId);
      return {
        team: { id: teamId, ...(installation.teamName && { name: installation.teamName }) },
        enterprise: undefined,
        user: { id: installation.installerUserId, token: undefined, scopes: undefined },
        bot: {
          token: secret,
          scopes: installation.scopes,
          id: installation.botId ?? '',
          userId: installation.botUserId,
        },
        ...(installation.appId && { appId: installation.appId }),
        tokenType: 'bot',
        isEnterpriseInstall: false,
        authVersion: 'v2',
      } satisfies Installation<'v2', false>;
    },

    async deleteInstallation(query) {
      const teamId = requireTeam(query);
      await removeInstallation(context, { teamId, at: context.now() });
      tokens.delete(teamId);
    },
  };
}

function requireTeam({ teamId }: InstallationQuery<boolean>): string {
  if (teamId === undefined)
    throw new EnterpriseInstallRefused('An enterprise has no installation of its own.');
  return teamId;
}
