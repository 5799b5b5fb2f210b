import type { Context } from '../context.ts';
import { rememberPerson } from './remember-person.ts';
import { removeDeactivated } from './remove-deactivated.ts';
import type { SlackPersonProfile } from './slack-profile.ts';

/**
 * Takes in what Slack said of a person at the moment `at`: their name and address from then on and, where they are
 * deactivated, an end to their seat and to an invite to them. News older than what is known changes nothing, unless what is
 * known is a later look at the same: looking at somebody frees no seat.
 */
export async function followPerson(
  context: Context,
  teamId: string,
  person: SlackPersonProfile,
  at: Date,
): Promise<void> {
  const newest = await rememberPerson(context, teamId, person, at);
  if (!person.deactivated) return;
  const { userId } = person;
  if (newest || (await isDeactivated(context, { teamId, userId }))) {
    await removeDeactivated(context, { teamId, userId });
  }
}

async function isDeactivated(
  { database }: Context,
  person: { teamId: string; userId: string },
): Promise<boolean> {
  const known = await database.slackPerson.findUnique({
    where: { teamId_userId: person },
    select: { deactivated: true },
  });
  return known?.deactivated ?? false;
}
