import { z } from 'zod';
import type { Turn } from '../../domain/intake/store-event.ts';

/** What happened in a thread. */
export type ThreadEvent =
  | { kind: 'said'; at: Place; by: By; text: string; fileIds: string[] }
  | Edit
  | { kind: 'deleted'; at: Place; by: By | null; text: string }
  /** The first message of a thread is gone, or some other message that was none's reply. */
  | { kind: 'head_deleted'; channelId: string; ts: string };

/** A message reads anew, or files of it are gone. */
export interface Edit {
  kind: 'edited';
  at: Place;
  by: By;
  text: string;
  before: string;
  fileIds: string[];
  removedFileIds: string[];
  /** When its words were last edited, by Slack's clock. */
  editedTs: string | null;
}

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
  files: z.array(z.object({ id: z.string(), mode: z.string().optional() })).optional(),
  edited: z.object({ ts: z.string() }).optional(),
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

/** The line of a thread: what happens there is handled in the order in which it happened. */
export function threadTurn(event: Record<string, unknown>): Turn | null {
  const read = readThreadEvent(event);
  // Of an edit or a deletion this is the moment of it, not that of the message.
  const ts = event.ts ?? event.event_ts;
  if (read === null || typeof ts !== 'string') return null;
  const [channelId, threadTs] =
    read.kind === 'head_deleted' ? [read.channelId, read.ts] : [read.at.channelId, read.at.threadTs];
  return { line: `${channelId}:${threadTs}`, ts };
}

function readEdit({
  channel,
  message: now,
  previous_message: before,
}: z.infer<typeof changed>): ThreadEvent | null {
  if (now.subtype === 'tombstone') return { kind: 'head_deleted', channelId: channel, ts: now.ts };
  const at = placeOf(channel, now);
  if (!at || !spoken.has(now.subtype) || now.bot_id !== undefined || now.user === undefined) return null;
  const fileIds = fileIdsOf(now);
  const removedFileIds = fileIdsOf(before ?? {}).filter((id) => !fileIds.includes(id));
  // Slack also tells of links that were unfurled: nobody changed a word then.
  if (before?.text !== undefined && before.text === now.text && removedFileIds.length === 0) return null;
  return {
    kind: 'edited',
    at,
    by: authorOf(now, now.user),
    text: now.text ?? '',
    before: before?.text ?? '',
    fileIds,
    removedFileIds,
    editedTs: now.edited?.ts ?? null,
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

/** A deleted file leaves a stone in its place (docs.slack.dev/reference/objects/file-object, "mode"). */
function fileIdsOf({ files }: Pick<z.infer<typeof message>, 'files'>): string[] {
  return (files ?? []).filter(({ mode }) => mode !== 'tombstone').map(({ id }) => id);
}

function authorOf(
  { team, user_team }: { team?: string | undefined; user_team?: string | undefined },
  userId: string,
): By {
  const homeTeamId = user_team ?? team;
  return { userId, ...(homeTeamId !== undefined && { homeTeamId }) };
}
