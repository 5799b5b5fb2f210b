import type { Context } from '../../context.ts';

/** A mail of a ticket: one of ours, by what it was about, or a customer's, by its Message-ID in angle brackets. */
export type TicketMail = { ticketId: string } | { messageId: string } | { mailId: string };

/** Readers thread by the newest few; a long list only makes a long header. */
const KEPT = 10;

/** The mails of a ticket before one of its messages, oldest first; the first is the one that said that the ticket stands. */
export async function readMailThread(
  { database }: Pick<Context, 'database'>,
  { ticketId, before }: { ticketId: string; before: string },
): Promise<TicketMail[]> {
  const rows = await database.ticketMessage.findMany({
    where: {
      ticketId,
      id: { lt: before },
      OR: [{ mailStatus: 'sent' }, { mailId: { not: null } }],
    },
    orderBy: { id: 'desc' },
    take: KEPT,
    select: { id: true, mailId: true },
  });
  const mails = rows
    .reverse()
    .map(({ id, mailId }): TicketMail => (mailId === null ? { messageId: id } : { mailId }));
  return [{ ticketId }, ...mails];
}
