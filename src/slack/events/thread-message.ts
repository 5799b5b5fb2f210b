import type { Actor } from '../../domain/actor.ts';
import type { Context } from '../../domain/context.ts';
import { Refusal } from '../../domain/errors.ts';
import { identify } from '../../domain/members/identify.ts';
import { findThread, type Thread } from '../../domain/tickets/channel/find-thread.ts';
import { postAnew } from '../../domain/tickets/channel/post-anew.ts';
import { deleteMessage } from '../../domain/tickets/say/delete-message.ts';
import { editMessage } from '../../domain/tickets/say/edit-message.ts';
import { isRecorded } from '../../domain/tickets/say/is-recorded.ts';
import { recordDeleted } from '../../domain/tickets/say/record-deleted.ts';
import { recordNote } from '../../domain/tickets/say/record-note.ts';
import { recordReply } from '../../domain/tickets/say/record-reply.ts';
import { removeFiles } from '../../domain/tickets/say/remove-files.ts';
import { whisper } from '../../domain/tickets/whisper.ts';
import type { EventListeners } from '../listener.ts';
import { runMacro } from '../thread/macros.ts';
import { readWords } from '../thread/read-words.ts';
import {
  type By,
  type Edit,
  type Place,
  readThreadEvent,
  type ThreadEvent,
  threadTurn,
} from '../thread/thread-event.ts';
import { noSeat, whispers } from '../thread/whispers.ts';

/** An edit or deletion may overtake the message that it is about by as much, in milliseconds. */
const OVERTAKING_MS = 600_000;

/** Somebody did something in the thread of a ticket. */
interface Scene {
  context: Context;
  teamId: string;
  thread: Thread;
  actor: Actor;
  at: Place;
  tell(text: string): Promise<void>;
}

export const threadEvents: EventListeners = {
  message: {
    concerns: (event) => readThreadEvent(event) !== null,
    turnOf: threadTurn,
    handle: async ({ context, teamId, event }) => {
      const read = readThreadEvent(event);
      if (read === null) return;
      if (read.kind === 'head_deleted') return headDeleted(context, teamId, read);
      const thread = await findThread(context, { teamId, ...read.at });
      if (thread === null) return;
      const scene = read.by && (await sceneOf(context, teamId, thread, read.at, read.by));
      if (read.kind === 'deleted') return wasDeleted(context, thread, scene, read);
      if (read.kind === 'edited') await filesRemoved(context, thread, scene, read);
      if (!scene) return;
      return read.kind === 'said' ? wasSaid(scene, read) : wasEdited(scene, read);
    },
  },
};

/** Null for the app itself. */
async function sceneOf(
  context: Context,
  teamId: string,
  thread: Thread,
  at: Place,
  { userId, homeTeamId }: By,
): Promise<Scene | null> {
  if (userId === thread.botUserId) return null;
  const actor = await identify(context, {
    teamId,
    userId,
    name: userId,
    ...(homeTeamId !== undefined && { homeTeamId }),
  });
  const { channelId, threadTs } = at;
  return {
    context,
    teamId,
    thread,
    actor,
    at,
    tell: (text) => whisper(context, { teamId, channelId, threadTs, userId }, text),
  };
}

async function wasSaid(
  scene: Scene,
  { text, fileIds, editedTs = null }: { text: string; fileIds: string[]; editedTs?: string | null },
): Promise<void> {
  const { context, thread, actor, at, tell } = scene;
  const { ticketId, number } = thread;
  if (actor.kind === 'visitor' && actor.standing === 'bot') return;
  if (actor.kind === 'visitor') return tell(noSeat(actor));
  const words = readWords(text);
  if (words.kind === 'macro') return tell(await runMacro(context, actor, { ...words, ticketId }));
  try {
    if (words.kind === 'note') {
      await recordNote(context, actor, { ticketId, text, slackTs: at.ts, editedTs });
      return;
    }
    if (text.trim() === '' && fileIds.length === 0) return tell(whispers.wordless());
    const { outcome, status, mergedInto } = await recordReply(context, actor, {
      ticketId,
      slackTs: at.ts,
      text,
      files: fileIds,
      editedTs,
    });
    if (outcome === 'closed') await tell(whispers.closed(number, mergedInto));
    if (outcome === 'recorded' && status === 'resolved') await tell(whispers.resolved(number));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await tell(whispers.refused(error.message));
  }
}

async function wasEdited(scene: Scene, edit: Edit): Promise<void> {
  const { context, thread, actor, at, tell } = scene;
  if (actor.kind === 'visitor') {
    const said = { ticketId: thread.ticketId, slackTs: at.ts };
    const isChange = edit.text !== edit.before && (await isRecorded(context, said));
    return isChange ? tell(whispers.editNoSeat()) : undefined;
  }
  const [words, before] = [readWords(edit.text), readWords(edit.before)];
  if (words.kind === 'macro' || before.kind === 'macro') {
    return edit.text === edit.before ? undefined : tell(whispers.editNotSent());
  }
  const { ticketId } = thread;
  const isNote = words.kind === 'note';
  try {
    const { outcome, mailed } = await editMessage(context, actor, {
      ticketId,
      slackTs: at.ts,
      text: edit.text,
      editedTs: edit.editedTs,
      isNote,
    });
    if (outcome === 'note_kept') await tell(whispers.noteKept());
    if (outcome === 'reply_edited' && mailed) await tell(whispers.editMailed());
    if (outcome === 'reply_withdrawn') await tell(mailed ? whispers.withdrawnMailed() : whispers.withdrawn());
    if (outcome !== 'unknown' || !isRecent(context, at.ts)) return;
    // The message itself has not been heard of yet: it is what it reads now, or the note that it was.
    if (before.kind !== 'note' || isNote) return wasSaid(scene, edit);
    const { text, editedTs } = edit;
    await recordNote(context, actor, { ticketId, text, slackTs: at.ts, editedTs });
    await tell(whispers.noteKept());
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await tell(error.message);
  }
}

/** Who may remove files of whose message, Slack decides: also those of somebody who has left. */
async function filesRemoved(
  context: Context,
  { ticketId }: Thread,
  scene: Scene | null,
  { at, removedFileIds }: Edit,
): Promise<void> {
  if (removedFileIds.length === 0) return;
  const gone = { ticketId, slackTs: at.ts, slackFileIds: removedFileIds };
  const { removed, mailed } = await removeFiles(context, gone);
  if (removed > 0 && mailed) await scene?.tell(whispers.filesMailed(removed));
}

async function wasDeleted(
  context: Context,
  { ticketId }: Thread,
  scene: Scene | null,
  { at, text }: Extract<ThreadEvent, { kind: 'deleted' }>,
): Promise<void> {
  const { known, mailed } = await deleteMessage(context, { ticketId, slackTs: at.ts });
  if (mailed) return scene?.tell(whispers.deletedMailed());
  if (
    known ||
    scene?.actor.kind !== 'member' ||
    readWords(text).kind === 'macro' ||
    !isRecent(context, at.ts)
  )
    return;
  await recordDeleted(context, scene.actor, { ticketId, slackTs: at.ts });
}

/** Where it was a ticket's card, the ticket is posted anew. */
async function headDeleted(
  context: Context,
  teamId: string,
  { channelId, ts }: { channelId: string; ts: string },
): Promise<void> {
  const thread = await findThread(context, { teamId, channelId, threadTs: ts });
  if (thread) await postAnew(context, { organizationId: thread.organizationId, channelId, messageTs: ts });
}

function isRecent({ now }: Context, ts: string): boolean {
  return Math.abs(now().getTime() - 1000 * Number(ts)) < OVERTAKING_MS;
}
