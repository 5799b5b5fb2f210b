import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { SlackRefused } from '../clients/slack/failures.ts';

/** Slack's words for a message that is not there to be changed (docs.slack.dev/reference/methods/chat.update). */
const gone = new Set(['message_not_found', 'channel_not_found', 'cant_update_message', 'edit_window_closed']);

/** Gives a message of the app's another content; one that is gone stays gone: then false. */
export async function updateMessage(
  client: WebClient,
  { channel, ts }: { channel: string; ts: string },
  { text, blocks }: { text: string; blocks: KnownBlock[] },
): Promise<boolean> {
  try {
    await client.chat.update({ channel, ts, text, blocks });
    return true;
  } catch (error) {
    if (!(error instanceof SlackRefused) || !gone.has(error.reason)) throw error;
    return false;
  }
}
