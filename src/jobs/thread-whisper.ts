import { SlackRefused } from '../clients/slack/failures.ts';
import { isUnreachable } from '../clients/slack/unreachable.ts';
import { escapeText } from '../slack/blocks/text.ts';
import type { JobContext } from './context.ts';
import { defineJob } from './job.ts';

export type WhisperContext = Pick<JobContext, 'slack'>;

/** Slack's words for somebody who cannot hear it there (docs.slack.dev/reference/methods/chat.postEphemeral, "Errors"). */
const deaf = new Set(['user_not_in_channel', 'not_in_channel', 'messages_tab_disabled', 'thread_not_found']);

/** Tells one person something in a thread. Slack keeps no such message: where its answer is lost, it may be told twice. */
export const threadWhisper = defineJob<'thread.whisper', WhisperContext>('thread.whisper', {
  queue: 'slack',
  run: async ({ slack }, { teamId, channelId, threadTs, userId, text }, { log }) => {
    try {
      await slack(teamId).chat.postEphemeral({
        channel: channelId,
        thread_ts: threadTs,
        user: userId,
        text: escapeText(text),
      });
    } catch (error) {
      const unheard = error instanceof SlackRefused && deaf.has(error.reason);
      if (!unheard && !isUnreachable(error)) throw error;
      log.info({ teamId, userId, err: error }, 'A word in a thread found nobody.');
    }
  },
});
