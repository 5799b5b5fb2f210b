import type { Transaction } from '../../../database/client.ts';
import type { Context } from '../../context.ts';
import { type Effect, effect } from '../../effects.ts';
import { record } from '../../record.ts';

type Recorder = Pick<Context, 'now' | 'newId'>;

const TOO_LATE =
  'The e-mail of what you took back was on its way already and went out. It is off the customer’s page, but cannot be taken back.';

const FORMER_WORDS =
  'The e-mail of what you changed was on its way already and went out as it was before. The customer’s page shows your change.';

/**
 * The relay has taken the mail of a reply: it is marked in the thread. Who took it back meanwhile, or changed it since the
 * revision that was mailed, is told that it went out.
 */
export async function recordTicketMailSent(
  transaction: Transaction,
  context: Recorder,
  messageId: string,
  mailedRevision?: number,
): Promise<void> {
  const { count } = await transaction.ticketMessage.updateMany({
    where: { id: messageId, mailStatus: { in: ['queued', 'failed'] } },
    data: { mailStatus: 'sent', mailError: null },
  });
  if (count === 0) return;
  const tooLate = await tellTooLate(transaction, messageId, mailedRevision);
  await record(transaction, context, [], [effect('ticket.mark', { messageId }), ...tooLate]);
}

async function tellTooLate(
  transaction: Transaction,
  messageId: string,
  mailedRevision: number | undefined,
): Promise<Effect[]> {
  const message = await transaction.ticketMessage.findUnique({
    where: { id: messageId },
    select: {
      deletedAt: true,
      revision: true,
      member: { select: { userId: true } },
      ticket: {
        select: { channelId: true, messageTs: true, organization: { select: { teamId: true } } },
      },
    },
  });
  const { channelId, messageTs: threadTs, organization } = message?.ticket ?? {};
  if (!message?.member || !channelId || !threadTs || !organization) return [];
  const isGone = message.deletedAt !== null;
  if (!isGone && message.revision === (mailedRevision ?? message.revision)) return [];
  const { teamId } = organization;
  const { userId } = message.member;
  return [
    effect('thread.whisper', { teamId, channelId, threadTs, userId, text: isGone ? TOO_LATE : FORMER_WORDS }),
  ];
}

/** The mail of a reply will not arrive, for `reason`, a sentence for the agents: it is said in the thread, once for each try. */
export async function recordTicketMailFailed(
  transaction: Transaction,
  context: Recorder,
  { messageId, reason }: { messageId: string; reason: string },
): Promise<void> {
  const { count } = await transaction.ticketMessage.updateMany({
    where: { id: messageId, mailStatus: 'queued' },
    data: { mailStatus: 'failed', mailError: reason },
  });
  if (count > 0) await record(transaction, context, [], [effect('ticket.mark', { messageId })]);
}
