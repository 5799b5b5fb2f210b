import { SlackRefused } from '../clients/slack/failures.ts';
import { isUnreachable } from '../clients/slack/unreachable.ts';
import type { Context } from '../domain/context.ts';
import { queueFailure } from '../domain/tickets/channel/queue-failure.ts';
import { readMailedReply } from '../domain/tickets/channel/read-post.ts';
import { failureOver, failureWords } from '../slack/blocks/thread.ts';
import type { JobContext } from './context.ts';
import { defineJob } from './job.ts';
import { updateMessage } from './update-message.ts';

export type TicketMarkContext = Context & Pick<JobContext, 'slack'>;

/** The reaction on an agent's words whose e-mail went out. */
export const SENT_MARK = 'white_check_mark';

/** Slack's words for a message that cannot be marked, or is (docs.slack.dev/reference/methods/reactions.add, "Errors"). */
const unmarkable = new Set([
  'already_reacted',
  'message_not_found',
  // The workspace installed the app before it asked for reactions.
  'missing_scope',
  'not_reactable',
  'thread_locked',
  'too_many_emoji',
  'too_many_reactions',
  'not_in_channel',
]);

/**
 * Shows at an agent's words what became of their e-mail: a reaction where it went out, a message with *Try again* where it
 * failed, which then says that it went out after all.
 */
export const ticketMark = defineJob<'ticket.mark', TicketMarkContext>('ticket.mark', {
  queue: 'slack',
  run: async (context, { messageId }, { log }) => {
    const reply = await readMailedReply(context, messageId);
    if (!reply || reply.mailStatus === null) return;
    if (reply.mailStatus === 'failed' && reply.failureTs === null) {
      return queueFailure(context, { messageId, gone: reply.failureTs, ...reply.thread });
    }
    const { teamId, channelId } = reply.thread;
    if (channelId === null) return;
    const client = context.slack(teamId);
    try {
      if (reply.failureTs !== null) {
        const words =
          reply.mailStatus === 'failed'
            ? failureWords({ ...reply, messageId, reason: reply.mailError })
            : failureOver(reply.mailStatus, reply);
        const stands = await updateMessage(client, { channel: channelId, ts: reply.failureTs }, words);
        // Somebody deleted it, or it is in a thread of former days.
        if (!stands && reply.mailStatus === 'failed')
          return queueFailure(context, { messageId, gone: reply.failureTs, ...reply.thread });
      }
      if (reply.mailStatus === 'sent' && reply.slackTs !== null) {
        await client.reactions.add({ channel: channelId, timestamp: reply.slackTs, name: SENT_MARK });
      }
    } catch (error) {
      const refused = error instanceof SlackRefused && unmarkable.has(error.reason);
      if (!refused && !isUnreachable(error)) throw error;
      log.debug({ messageId, err: error }, 'A reply could not be marked.');
    }
  },
});
