import type { Context } from '../../context.ts';
import { ticketsRelease } from '../../effects.ts';
import { record } from '../../record.ts';

/**
 * A ticket's message is gone, or stands where nothing can be posted any more: the ticket is posted anew in the present support
 * channel, with what waits for its thread behind it. What was said before stays on record.
 */
export async function postAnew(
  context: Context,
  { organizationId, channelId, messageTs }: { organizationId: string; channelId: string; messageTs: string },
): Promise<boolean> {
  return context.database.$transaction(async (transaction) => {
    const { count } = await transaction.ticket.updateMany({
      where: { organizationId, channelId, messageTs },
      data: { channelId: null, messageTs: null },
    });
    if (count === 0) return false;
    await record(transaction, context, [], [ticketsRelease(organizationId)]);
    return true;
  });
}
