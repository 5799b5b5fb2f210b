import { SlackRefused } from './failures.ts';

// Slack's words in docs.slack.dev/reference/methods/chat.postMessage, "Errors".

/** The thread is not there, as its first message was deleted, or somebody locked it. */
const lostThreads = new Set([
  'thread_not_found',
  'message_not_found',
  'cannot_reply_to_message',
  'restricted_action_thread_locked',
]);

/** The message itself is not to Slack's liking. */
const refusedContents = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
  'invalid_arguments',
  'attachment_payload_limit_exceeded',
]);

/**
 * What a refused post says: that its `thread` is gone, that its `content` cannot be shown, or that nothing can be posted in the
 * `channel` by the app: archived, deleted, left, restricted, or for another reason of Slack's.
 */
export function postTrouble(error: unknown): 'thread' | 'content' | 'channel' | null {
  if (!(error instanceof SlackRefused)) return null;
  if (lostThreads.has(error.reason)) return 'thread';
  return refusedContents.has(error.reason) ? 'content' : 'channel';
}
