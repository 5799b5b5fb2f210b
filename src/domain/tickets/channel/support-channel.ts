import type { Context } from '../../context.ts';
import type { Channel } from './slot.ts';

/** The channel in which a ticket is to be posted; null where none is chosen, or the ticket is gone. */
export async function findSupportChannel(
  { database }: Pick<Context, 'database'>,
  ticketId: string,
): Promise<Channel | null> {
  const ticket = await database.ticket.findUnique({
    where: { id: ticketId },
    select: { organization: { select: { id: true, supportChannelId: true } } },
  });
  const { id: organizationId, supportChannelId: channelId } = ticket?.organization ?? {};
  return organizationId && channelId ? { organizationId, channelId } : null;
}
