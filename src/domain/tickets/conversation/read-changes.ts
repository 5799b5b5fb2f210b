import type { Context } from '../../context.ts';
import { readCustomerChanges } from '../customer-view.ts';

/**
 * What has changed in a conversation since a revision, as readCustomerChanges() gives it, at one moment: a message, its files and
 * its revision belong together. Where nothing has changed, that is all that is read.
 */
export async function readChanges(
  { database }: Pick<Context, 'database'>,
  wanted: { ticketId: string; since: number; limit: number },
): ReturnType<typeof readCustomerChanges> {
  const ticket = await database.ticket.findUnique({
    where: { id: wanted.ticketId },
    select: { revision: true },
  });
  if (ticket && ticket.revision <= wanted.since) return { changes: [], upTo: wanted.since, more: false };
  return ticket
    ? database.$transaction((transaction) => readCustomerChanges({ database: transaction }, wanted), {
        isolationLevel: 'RepeatableRead',
      })
    : null;
}
