import type { JsonObject } from './json.ts';

/** A person (or the app's bot) as the sandbox seeds them. */
export interface SlackUser {
  id: string;
  /** The workspace that the account belongs to; for a stranger, another one than where they were added. */
  teamId: string;
  name: string;
  realName: string;
  email: string;
  tz: string;
  /** Seconds east of UTC. */
  tzOffset: number;
  isAdmin: boolean;
  isOwner: boolean;
  isBot: boolean;
  /** A multi-channel guest. */
  isRestricted: boolean;
  /** A single-channel guest. */
  isUltraRestricted: boolean;
  /** Somebody of another workspace, met through Slack Connect. */
  isStranger: boolean;
  deleted: boolean;
}

export type NewUser = Partial<Omit<SlackUser, 'id' | 'isStranger'>> & {
  /** The workspace of a Slack Connect stranger: another id than that of the team they are added to. */
  homeTeam?: string;
};

export function newUser(id: string, teamId: string, seed: NewUser): SlackUser {
  const name = seed.name ?? seed.email?.split('@')[0] ?? id.toLowerCase();
  const guest = seed.isRestricted ?? seed.isUltraRestricted ?? false;
  return {
    id,
    teamId: seed.homeTeam ?? teamId,
    name,
    realName: seed.realName ?? name,
    email: seed.email ?? `${name}@example.com`,
    tz: seed.tz ?? 'Europe/London',
    tzOffset: seed.tzOffset ?? 0,
    isAdmin: seed.isAdmin ?? false,
    isOwner: seed.isOwner ?? false,
    isBot: seed.isBot ?? false,
    isRestricted: guest,
    isUltraRestricted: seed.isUltraRestricted ?? false,
    isStranger: seed.homeTeam !== undefined && seed.homeTeam !== teamId,
    deleted: seed.deleted ?? false,
  };
}

/** The account that every workspace has and that is neither a bot by its flag nor a person. */
export function slackbot(teamId: string): SlackUser {
  const user = newUser('USLACKBOT', teamId, { name: 'slackbot', realName: 'Slackbot', email: '' });
  return { ...user, tz: 'America/Los_Angeles' };
}

/** The user object of `users.info`; the address is in it only for tokens with `users:read.email`. */
export function formatUser(user: SlackUser, withEmail: boolean): JsonObject {
  const email =
    withEmail && !user.isBot && !user.isStranger && user.email !== '' ? { email: user.email } : {};
  return {
    id: user.id,
    team_id: user.teamId,
    name: user.name,
    deleted: user.deleted,
    real_name: user.realName,
    tz: user.tz,
    tz_label: user.tz,
    tz_offset: user.tzOffset,
    profile: {
      title: '',
      phone: '',
      real_name: user.realName,
      real_name_normalized: user.realName,
      display_name: user.name,
      display_name_normalized: user.name,
      status_text: '',
      status_emoji: '',
      team: user.teamId,
      ...email,
    },
    is_admin: user.isAdmin,
    is_owner: user.isOwner,
    is_primary_owner: false,
    is_restricted: user.isRestricted,
    is_ultra_restricted: user.isUltraRestricted,
    is_bot: user.isBot,
    is_app_user: false,
    is_email_confirmed: true,
    updated: 0,
    ...(user.isStranger ? { is_stranger: true } : {}),
  };
}
