import type { Context } from '../context.ts';
import type { SlackPersonProfile } from './slack-profile.ts';

/**
 * Remembers what Slack said of a person at the moment `at`, and brings the member's name and address up to date with it.
 * What was said in an earlier second never replaces what was said later: then the answer is false.
 */
export async function rememberPerson(
  context: Pick<Context, 'database'>,
  teamId: string,
  { userId, name, email, standing, deactivated }: SlackPersonProfile,
  at: Date,
): Promise<boolean> {
  const [written] = await context.database.$queryRaw<[{ remembered: number }]>`
    WITH remembered AS (
      INSERT INTO slack_people (team_id, user_id, name, email, standing, deactivated, seen_at)
      VALUES (${teamId}, ${userId}, ${name}, ${email}, ${standing}::standing, ${deactivated}, ${at})
      ON CONFLICT (team_id, user_id) DO UPDATE SET name = excluded.name, standing = excluded.standing,
        -- Slack leaves the address out where the app may not see it, as it does for a deactivated person.
        email = coalesce(excluded.email, slack_people.email),
        deactivated = excluded.deactivated, seen_at = greatest(slack_people.seen_at, excluded.seen_at)
      -- Slack cuts an event's time to the second: news of the same second as the last look counts as later, so that no
      -- deactivation is lost to it.
      WHERE date_trunc('second', slack_people.seen_at) <= excluded.seen_at
      RETURNING team_id, user_id, name, email),
    updated AS (
      UPDATE members SET name = remembered.name, email = coalesce(remembered.email, members.email)
      FROM remembered JOIN organizations ON organizations.team_id = remembered.team_id
      WHERE members.organization_id = organizations.id AND members.user_id = remembered.user_id
        AND (members.name, members.email) IS DISTINCT FROM (remembered.name, remembered.email))
    SELECT count(*)::int AS remembered FROM remembered`;
  return written.remembered > 0;
}
