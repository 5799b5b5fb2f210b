import { PermanentFailure } from '../clients/failures.ts';
import type { Context } from '../domain/context.ts';
import { rememberPerson } from '../domain/members/remember-person.ts';
import { readSlackUser } from '../domain/members/slack-profile.ts';
import { mentionedPeople } from '../domain/tickets/markup/blocks.ts';
import type { JobContext } from './context.ts';

/** More people whom nobody knows stay "somebody": users.info is asked about a hundred times a minute in a workspace. */
const MOST_ASKED = 10;

/**
 * Has the names of those whom a text mentions, asking Slack who it is that the app has not met; of whom Slack does not tell,
 * nothing is learnt. @throws RetryableFailure where Slack could not be asked.
 */
export async function learnMentioned(
  context: Context & Pick<JobContext, 'slack'>,
  { teamId, text }: { teamId: string; text: string },
): Promise<void> {
  const mentioned = mentionedPeople(text);
  if (mentioned.length === 0) return;
  const known = await context.database.slackPerson.findMany({
    where: { teamId, userId: { in: mentioned } },
    select: { userId: true },
  });
  const unknown = mentioned.filter((id) => !known.some(({ userId }) => userId === id));
  for (const user of unknown.slice(0, MOST_ASKED)) {
    const asked = context.now();
    try {
      const answer = await context.slack(teamId).users.info({ user });
      await rememberPerson(context, teamId, readSlackUser(answer.user, teamId), asked);
    } catch (error) {
      if (!(error instanceof PermanentFailure)) throw error;
    }
  }
}
