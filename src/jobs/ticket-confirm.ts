import { RetryableFailure } from '../clients/failures.ts';
import { SlackRefused } from '../clients/slack/failures.ts';
import { NotInstalled } from '../clients/slack/not-installed.ts';
import { postOnce } from '../clients/slack/post-once.ts';
import type { Context } from '../domain/context.ts';
import { effect } from '../domain/effects.ts';
import { record } from '../domain/record.ts';
import { type Channel, freeSlot, PACE_MS, takeSlot } from '../domain/tickets/channel/slot.ts';
import { readTicketOfEffect } from '../domain/tickets/find-ticket.ts';
import { recordPermalink } from '../domain/tickets/record-permalink.ts';
import { takenFromMessageText } from '../slack/blocks/ticket-opened.ts';
import type { JobContext } from './context.ts';
import { defineJob } from './job.ts';

export type TicketConfirmContext = Context & Pick<JobContext, 'slack'>;

/**
 * Keeps Slack's own link to the message that a ticket was taken from, and says in its thread, once, that it was. Where the app cannot write there, it says so to who
 * took it; the ticket stands.
 */
export const ticketConfirm = defineJob<'ticket.confirm', TicketConfirmContext>('ticket.confirm', {
  queue: 'slack',
  run: async (context, { ticketId, userId, channelId, ts, threadTs }, { outboxId, attempt }) => {
    const ticket = await readTicketOfEffect(context, ticketId);
    if (ticket === null) return;
    const { teamId } = ticket;
    const client = context.slack(teamId);
    try {
      const { permalink } = await client.chat.getPermalink({ channel: channelId, message_ts: ts });
      if (permalink) await recordPermalink(context, { ticketId, permalink });
      const text = takenFromMessageText(ticket, userId);
      await inItsTurn(context, { organizationId: ticket.organizationId, channelId }, () =>
        postOnce(client, { channel: channelId, threadTs, text, outboxId, attempt }),
      );
    } catch (error) {
      if (error instanceof NotInstalled) return;
      if (!(error instanceof SlackRefused)) throw error;
      const notice = { kind: 'ticket_unconfirmed', ticketId, channelId } as const;
      // Under a key, so that a second run of this adds no second notice while the first waits.
      const told = effect('notice', { teamId, userId, notice }, { key: `unconfirmed:${ticketId}` });
      await record(context.database, context, [], [told]);
    }
  },
});

/**
 * Posts beside what waits for the channel, in a second of its own.
 * @throws RetryableFailure where somebody else posts there, or has just posted: it is tried again under the same id.
 */
async function inItsTurn(context: Context, channel: Channel, post: () => Promise<unknown>): Promise<void> {
  const slot = await takeSlot(context, channel);
  if (slot === null) return;
  if ('freeAt' in slot) {
    const seconds = Math.max(1, Math.ceil((slot.freeAt.getTime() - context.now().getTime()) / 1000));
    throw new RetryableFailure('Somebody else posts in the channel.', { retryAfter: seconds });
  }
  try {
    await post();
  } finally {
    // What the channel's own line may have posted before is its to find out.
    await freeSlot(context, slot, { after: PACE_MS, settled: false });
  }
}
