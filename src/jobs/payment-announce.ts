import { SlackRefused } from '../clients/slack/failures.ts';
import { NotInstalled } from '../clients/slack/not-installed.ts';
import type { Context } from '../domain/context.ts';
import {
  type AnnouncedPayment,
  announceAnew,
  readAnnounced,
  recordRefundShown,
} from '../domain/payments/announcement.ts';
import { record } from '../domain/record.ts';
import { postInChannel } from '../domain/tickets/channel/post-effects.ts';
import { reportChannelTrouble } from '../domain/tickets/channel/trouble.ts';
import { paymentMessage } from '../slack/blocks/payment-message.ts';
import type { JobContext } from './context.ts';
import { defineJob } from './job.ts';
import { isMessageGone } from './message-gone.ts';

export type PaymentAnnounceContext = Context & Pick<JobContext, 'slack'>;

const ROUNDS = 3;

/** Slack's words for a channel in which nothing can be changed (docs.slack.dev/reference/methods/chat.update, "Errors"). */
const closed = new Set(['is_archived', 'channel_not_found', 'not_in_channel']);

/**
 * Tells the support channel of a payment: one that is not there yet is posted in its turn, and the message of one that is says
 * what was refunded since. What cannot be told now waits, and tickets.release comes back for it. Looks again after each change,
 * so that of two that change it at once the one whose older words arrive last sees that they are older.
 */
export const paymentAnnounce = defineJob<'payment.announce', PaymentAnnounceContext>('payment.announce', {
  queue: 'slack',
  run: async (context, { paymentId }, { log }) => {
    for (let round = 0; round < ROUNDS; round++) {
      const payment = await readAnnounced(context, paymentId);
      if (payment === null) return;
      const { organizationId, supportChannelId, channelId, messageTs } = payment;
      if (channelId === null || messageTs === null) {
        if (supportChannelId === null) return;
        const post = postInChannel({ organizationId, channelId: supportChannelId });
        return record(context.database, context, [], [post]);
      }
      if (payment.refundedAmount === payment.shownRefund) return;
      try {
        const message = paymentMessage(payment);
        await context.slack(payment.teamId).chat.update({ channel: channelId, ts: messageTs, ...message });
      } catch (error) {
        if (error instanceof NotInstalled) return;
        if (!(error instanceof SlackRefused)) throw error;
        log.warn({ paymentId, err: error }, 'A payment’s message cannot be changed where it stands.');
        return afterRefusal(context, payment, channelId, error);
      }
      await recordRefundShown(context, payment);
    }
  },
});

/** In the support channel it waits for the end of the trouble; where the message is lost for good, it is posted anew. */
async function afterRefusal(
  context: PaymentAnnounceContext,
  payment: AnnouncedPayment,
  channelId: string,
  error: SlackRefused,
): Promise<void> {
  const { teamId } = payment;
  // "Frozen, archived or deleted": what posting would be told in the middle word.
  const reason = error.reason === 'is_inactive' ? 'is_archived' : error.reason;
  if (isMessageGone(error)) return announceAnew(context, payment);
  // Whatever else Slack has against it, it would have again.
  if (!closed.has(reason)) return recordRefundShown(context, payment);
  const isSupportChannel = await reportChannelTrouble(context, { teamId, channelId, reason });
  if (!isSupportChannel) await announceAnew(context, payment);
}
