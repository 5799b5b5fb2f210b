import type { Context } from '../context.ts';
import { rememberPerson } from './remember-person.ts';
import { removeDeactivated } from './remove-deactivated.ts';
import type { SlackPersonProfile } from './slack-profile.ts';

/**
 * Takes in what Slack said of a person at the moment `at`: their name and address from then on and, where they are
 * deactivated, an end to their seat and to an invite to them. News older than what is known changes nothing.
 */
export async function followPerson(
  context: Context,
  teamId: string,
  person: SlackPersonProfile,
  at: Date,
): Promise<void> {
  const newest = await rememberPerson(context, teamId, person, at);
  if (newest && person.deactivated) await removeDeactivated(context, { teamId, userId: person.userId });
}
