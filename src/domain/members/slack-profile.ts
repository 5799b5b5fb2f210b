import { z } from 'zod';
import type { Standing } from '../../database/client.ts';

/** A user object of Slack's, as users.info and user_change give it, narrowed to what is read of it. */
const slackUser = z.object({
  id: z.string(),
  team_id: z.string().optional(),
  name: z.string().optional(),
  real_name: z.string().optional(),
  deleted: z.boolean().optional(),
  is_bot: z.boolean().optional(),
  is_restricted: z.boolean().optional(),
  is_ultra_restricted: z.boolean().optional(),
  is_stranger: z.boolean().optional(),
  profile: z
    .object({
      email: z.string().optional(),
      display_name: z.string().optional(),
      real_name: z.string().optional(),
    })
    .optional(),
});

/** What Slack says of a person. */
export interface SlackPersonProfile {
  userId: string;
  name: string;
  /** Trimmed and lower-case; null where Slack does not tell it. */
  email: string | null;
  standing: Standing;
  deactivated: boolean;
}

/** As long as a display name may be in Slack, in characters. */
const NAME_LENGTH = 80;
// What PostgreSQL cannot store, what breaks a line of a mail or a page, and what turns the direction of the text around it.
const unfit = /[\p{Cs}\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu;

/** A name on one line, without what is unfit for a name; empty where nothing is left. */
function readName(name: string | undefined): string {
  const words = (name ?? '').replace(unfit, ' ').replace(/\s+/g, ' ').trim();
  return [...words].slice(0, NAME_LENGTH).join('');
}

/** Slackbot is no bot in its user object (docs.slack.dev/reference/objects/user-object). */
const SLACKBOT = 'USLACKBOT';

/** Reads a user object as seen from a workspace. @throws ZodError where it is none. */
export function readSlackUser(user: unknown, teamId: string): SlackPersonProfile {
  const { id, team_id, profile, ...rest } = slackUser.parse(user);
  const guest = rest.is_restricted || rest.is_ultra_restricted;
  const stranger = rest.is_stranger || (team_id !== undefined && team_id !== teamId);
  return {
    userId: id,
    name:
      [profile?.display_name, profile?.real_name, rest.real_name, rest.name].map(readName).find(Boolean) ??
      id,
    email: profile?.email?.trim().toLowerCase() || null,
    standing: rest.is_bot || id === SLACKBOT ? 'bot' : stranger ? 'stranger' : guest ? 'guest' : 'full',
    deactivated: rest.deleted ?? false,
  };
}
