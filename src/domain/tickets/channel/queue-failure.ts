import type { Context } from '../../context.ts';
import { record } from '../../record.ts';
import { holdTicket } from '../lock-ticket.ts';
import { postInChannel } from './post-effects.ts';

/**
 * Puts into the line of a thread that a reply's e-mail failed; once, until that stands there. `gone` is the message that said so
 * before and was deleted.
 */
export async function queueFailure(
  context: Context,
  {
    messageId,
    gone,
    id: ticketId,
    organizationId,
    channelId,
  }: { messageId: string; gone: string | null; id: string; organizationId: string; channelId: string | null },
): Promise<void> {
  await context.database.$transaction(async (transaction) => {
    if (!(await holdTicket(transaction, ticketId))) return;
    await transaction.ticketMessage.updateMany({
      where: { id: messageId, failureTs: gone },
      data: { failureTs: null },
    });
    await transaction.threadPost.createMany({
      data: [{ id: context.newId(), organizationId, ticketId, kind: 'failure', subjectId: messageId }],
      skipDuplicates: true,
    });
    if (channelId !== null)
      await record(transaction, context, [], [postInChannel({ organizationId, channelId })]);
  });
}
