import { WebAPIPlatformError } from '@slack/web-api';
import type { Context } from '../../domain/context.ts';
import { rememberPerson } from '../../domain/members/remember-person.ts';
import { readSlackUser, type SlackPersonProfile } from '../../domain/members/slack-profile.ts';
import type { SlackClients } from './clients.ts';

/** Slack's words for somebody whom the workspace cannot see (docs.slack.dev/reference/methods/users.info). */
const unseen = new Set(['user_not_found', 'user_not_visible']);

/** The question what Slack says of a person now. The answer is remembered in slack_people. */
export function createPersonQuestion(
  context: Context,
  clients: Pick<SlackClients, 'interactive'>,
): (teamId: string, userId: string) => Promise<SlackPersonProfile> {
  return async (teamId, userId) => {
    const asked = context.now();
    const person = await ask(clients, teamId, userId);
    await rememberPerson(context, teamId, person, asked);
    return person;
  };
}

async function ask(
  clients: Pick<SlackClients, 'interactive'>,
  teamId: string,
  userId: string,
): Promise<SlackPersonProfile> {
  try {
    const { user } = await clients.interactive(teamId).users.info({ user: userId });
    return readSlackUser(user, teamId);
  } catch (error) {
    if (!(error instanceof WebAPIPlatformError) || !unseen.has(error.data.error)) throw error;
    return { userId, name: userId, email: null, standing: 'stranger', deactivated: false };
  }
}
