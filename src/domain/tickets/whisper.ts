import type { Context } from '../context.ts';
import { effect } from '../effects.ts';
import { record } from '../record.ts';

/** Somebody in a thread. */
export interface Listener {
  teamId: string;
  channelId: string;
  threadTs: string;
  userId: string;
}

/** Tells one person something in a thread, which nobody else sees. The words are ours, with nobody's text in them. */
export async function whisper(
  context: Pick<Context, 'database' | 'now' | 'newId'>,
  { teamId, channelId, threadTs, userId }: Listener,
  text: string,
): Promise<void> {
  await record(
    context.database,
    context,
    [],
    [effect('thread.whisper', { teamId, channelId, threadTs, userId, text })],
  );
}
