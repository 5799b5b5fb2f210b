import type { Context } from '../context.ts';
import { releaseRestricted } from './release-restricted.ts';
import { rememberPerson } from './remember-person.ts';
import { removeDeactivated } from './remove-deactivated.ts';
import type { SlackPersonProfile } from './slack-profile.ts';

/**
 * Takes in what Slack said of a person at the moment `at`: their name and address from then on and, where they are
 * deactivated, an end to their seat and to an invite to them; where they are made a guest, an end to what they have to answer. News older than what is known changes nothing, unless what is
 * known is a later look at the same: looking at somebody frees no seat.
 */
export async function followPerson(
  context: Context,
  teamId: string,
  person: SlackPersonProfile,
  at: Date,
): Promise<void> {
  const newest = await rememberPerson(context, teamId, person, at);
  const { userId, deactivated, standing } = person;
  if (!deactivated && standing === 'full') return;
  const known = newest ? person : await readKnown(context, { teamId, userId });
  if (deactivated && known?.deactivated) await removeDeactivated(context, { teamId, userId });
  else if (standing !== 'full' && known && known.standing !== 'full')
    await releaseRestricted(context, { teamId, userId });
}

function readKnown({ database }: Context, person: { teamId: string; userId: string }) {
  return database.slackPerson.findUnique({
    where: { teamId_userId: person },
    select: { deactivated: true, standing: true },
  });
}
