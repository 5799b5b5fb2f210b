import type { Transaction } from '../../../database/client.ts';
import type { Context } from '../../context.ts';
import { effect } from '../../effects.ts';
import { record } from '../../record.ts';

type Recorder = Pick<Context, 'now' | 'newId'>;

/** The relay has taken the mail of a reply: it is marked in the thread. */
export async function recordTicketMailSent(
  transaction: Transaction,
  context: Recorder,
  messageId: string,
): Promise<void> {
  const { count } = await transaction.ticketMessage.updateMany({
    where: { id: messageId, mailStatus: { in: ['queued', 'failed'] } },
    data: { mailStatus: 'sent', mailError: null },
  });
  if (count > 0) await record(transaction, context, [], [effect('ticket.mark', { messageId })]);
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
