import { RetryableFailure } from '../clients/failures.ts';
import { postTrouble } from '../clients/slack/channel-trouble.ts';
import { SlackRefused } from '../clients/slack/failures.ts';
import { NotInstalled } from '../clients/slack/not-installed.ts';
import type { Context } from '../domain/context.ts';
import { record } from '../domain/record.ts';
import { findNextPost, type NextPost } from '../domain/tickets/channel/next-post.ts';
import { postAnew } from '../domain/tickets/channel/post-anew.ts';
import { postInChannel } from '../domain/tickets/channel/post-effects.ts';
import {
  type Channel,
  freeSlot,
  notePosting,
  PACE_MS,
  type Slot,
  takeSlot,
} from '../domain/tickets/channel/slot.ts';
import { reportChannelTrouble } from '../domain/tickets/channel/trouble.ts';
import type { JobContext } from './context.ts';
import { defineJob, type JobRun } from './job.ts';
import { postWaiting } from './post-waiting.ts';

export type ChannelPostContext = Context & Pick<JobContext, 'slack'>;

/**
 * Posts what has waited for longest in a channel, and has the next posted a second later: one at a time in a channel, in the
 * order of writing, however many workers there are, and without holding up another channel. Where Slack asks to wait, this
 * channel waits. What an earlier try may have posted is looked for before it is posted again.
 */
export const channelPost = defineJob<'channel.post', ChannelPostContext>('channel.post', {
  queue: 'slack',
  run: async (context, channel, run) => {
    const slot = await takeSlot(context, channel);
    if (slot === null) return;
    if ('freeAt' in slot) return comeBack(context, channel, slot.freeAt);
    let next: NextPost | null = null;
    let begunBefore: Date | null = null;
    try {
      next = await findNextPost(context, channel, slot.posting?.id ?? null);
      const noted = next && (await notePosting(context, slot, next.id));
      if (!next || !noted) {
        // What may be there waits perhaps for seats or for the channel, and is looked for when it is posted after all.
        await freeSlot(context, slot, { after: 0, settled: false });
        return;
      }
      begunBefore = noted.begunBefore;
      const posted = await postWaiting(context, slot, next, begunBefore);
      await comeBack(
        context,
        channel,
        await freeSlot(context, slot, { after: posted ? PACE_MS : 0, settled: true }),
      );
    } catch (error) {
      await afterFailure(context, channel, slot, { next, begunBefore }, error, run);
    }
  },
});

async function afterFailure(
  context: ChannelPostContext,
  channel: Channel,
  slot: Slot,
  { next, begunBefore }: { next: NextPost | null; begunBefore: Date | null },
  error: unknown,
  { log }: JobRun,
): Promise<void> {
  // A clear answer may be one to the look for it, and then says nothing of whether an earlier try has posted it.
  const isFirst = begunBefore === null;
  if (error instanceof NotInstalled) {
    // The next installation, or the look at what waits, goes on from here.
    await freeSlot(context, slot, { after: 0, settled: false });
    return;
  }
  if (error instanceof RetryableFailure && error.retryAfter !== undefined) {
    log.info({ channelId: slot.channelId, seconds: error.retryAfter }, 'Slack asks a channel to wait.');
    const freeAt = await freeSlot(context, slot, { after: 1000 * error.retryAfter, settled: isFirst });
    return comeBack(context, channel, freeAt);
  }
  const trouble = postTrouble(error);
  await freeSlot(context, slot, {
    after: trouble === null ? PACE_MS : 0,
    settled: trouble !== null && isFirst,
  });
  if (trouble === null || next === null) throw error;
  const { organizationId, channelId } = channel;
  if (next.threadTs !== null && trouble === 'thread') {
    await postAnew(context, { organizationId, channelId, messageTs: next.threadTs });
    return comeBack(context, channel);
  }
  const reason = error instanceof SlackRefused ? error.reason : String(error);
  log.warn({ channelId, err: error }, 'Nothing can be posted in a channel.');
  const isSupportChannel = await reportChannelTrouble(context, { teamId: slot.teamId, channelId, reason });
  // A channel of former days: its threads go on in the present one.
  if (isSupportChannel || next.threadTs === null) return;
  await postAnew(context, { organizationId, channelId, messageTs: next.threadTs });
  await comeBack(context, channel);
}

async function comeBack(context: Context, channel: Channel, at?: Date): Promise<void> {
  await record(context.database, context, [], [postInChannel(channel, at)]);
}
