import { SlackRefused } from '../clients/slack/failures.ts';

/** Whether a message that was to be changed is not there any more (docs.slack.dev/reference/methods/chat.update, "Errors"). */
export function isMessageGone(error: unknown): boolean {
  return error instanceof SlackRefused && error.reason === 'message_not_found';
}
