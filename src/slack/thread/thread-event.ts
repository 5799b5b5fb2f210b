import { z } from 'zod';

/** What happened in a thread. */
export type ThreadEvent =
  | { kind: 'said'; at: Place; by: By; text: string; fileIds: string[] }
  | { kind: 'edited'; at: Place; by: By; text: string; before: string; fileIds: string[] }
  | { kind: 'deleted'; at: Place; by: By | null; text: string }
  /** The first message of a thread is gone, or some other message that was none's reply. */
  | { kind: 'head_deleted'; channelId: string; ts: string };

export interface Place {
  channelId: string;
  threadTs: string;
  ts: string;
}

export interface By {
  userId: string;
  /** The workspace that they belong to, where the event tells it. */
  homeTeamId?: string;
}

const message = z.object({
  type: z.string().optional(),
  subtype: z.string().optional(),
  user: z.string().optional(),
  bot_id: z.string().optional(),
  text: z.string().optional(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  team: z.string().optional(),
  user_team: z.string().optional(),
  files: z.array(z.object({ id: z.string() })).optional(),
});

const happened = z.object({ type: z.literal('message'), channel: z.string() });
const changed = happened.extend({
  subtype: z.literal('message_changed'),
  message,
  previous_message: message.partial().optional(),
});
const deleted = happened.extend({
  subtype: z.literal('message_deleted'),
  deleted_ts: z.string(),
  previous_message: message.partial().optional(),
});

/** What people say, as Slack marks it (docs.slack.dev/reference/events/message, "Message subtypes"). */
const spoken = new Set([undefined, 'file_share', 'thread_broadcast']);

/** What a `message` event says of a thread; null where it is about none, or comes from an app. */
export function readThreadEvent(event: unknown): ThreadEvent | null {
  const edit = changed.safeParse(event).data;
  if (edit) return readEdit(edit);
  const deletion = deleted.safeParse(event).data;
  if (deletion) return readDeletion(deletion);
  const said = happened.and(message).safeParse(event).data;
  const at = said && placeOf(said.channel, said);
  if (!said || !at || !spoken.has(said.subtype) || said.bot_id !== undefined || said.user === undefined)
    return null;
  return {
    kind: 'said',
    at,
    by: authorOf(said, said.user),
    text: said.text ?? '',
    fileIds: fileIdsOf(said),
  };
}

function readEdit({
  channel,
  message: now,
  previous_message: before,
}: z.infer<typeof changed>): ThreadEvent | null {
  if (now.subtype === 'tombstone') return { kind: 'head_deleted', channelId: channel, ts: now.ts };
  const at = placeOf(channel, now);
  if (!at || !spoken.has(now.subtype) || now.bot_id !== undefined || now.user === undefined) return null;
  // Slack also tells of links that were unfurled: nobody changed a word then.
  if (before?.text !== undefined && before.text === now.text) return null;
  return {
    kind: 'edited',
    at,
    by: authorOf(now, now.user),
    text: now.text ?? '',
    before: before?.text ?? '',
    fileIds: fileIdsOf(now),
  };
}

function readDeletion({
  channel,
  deleted_ts: ts,
  previous_message: before,
}: z.infer<typeof deleted>): ThreadEvent {
  const at = before ? placeOf(channel, { ...before, ts }) : null;
  if (!at) return { kind: 'head_deleted', channelId: channel, ts };
  const by = before?.user === undefined || before.bot_id !== undefined ? null : authorOf(before, before.user);
  return { kind: 'deleted', at, by, text: before?.text ?? '' };
}

function placeOf(
  channelId: string,
  { ts, thread_ts }: { ts: string; thread_ts?: string | undefined },
): Place | null {
  return thread_ts === undefined || thread_ts === ts ? null : { channelId, threadTs: thread_ts, ts };
}

function fileIdsOf({ files }: { files?: { id: string }[] | undefined }): string[] {
  return (files ?? []).map(({ id }) => id);
}

function authorOf(
  { team, user_team }: { team?: string | undefined; user_team?: string | undefined },
  userId: string,
): By {
  const homeTeamId = user_team ?? team;
  return { userId, ...(homeTeamId !== undefined && { homeTeamId }) };
}
