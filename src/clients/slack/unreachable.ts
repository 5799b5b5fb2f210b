import { SlackRefused } from './failures.ts';
import { NotInstalled } from './not-installed.ts';

/** Slack's words for somebody who cannot be written to (docs.slack.dev/reference/methods/conversations.open, "Errors"). */
const unreachable = new Set([
  'user_not_found',
  'user_not_visible',
  'user_disabled',
  'users_not_found',
  'cannot_dm_bot',
  'channel_not_found',
  'is_archived',
]);

/** Whether nobody can hear it: the person is gone, or the app is not in the workspace any more. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof NotInstalled || (error instanceof SlackRefused && unreachable.has(error.reason));
}
