import type { Transaction } from '../../../database/client.ts';
import { formatTicketNumber } from '../../organizations/ticket-number.ts';

/** The number of a ticket that another one was merged into, while that one is locked: it stands, or the other would not lead to it. */
export async function readNumber(
  transaction: Pick<Transaction, 'ticket'>,
  ticketId: string,
): Promise<string> {
  const { prefix, number } = await transaction.ticket.findUniqueOrThrow({
    where: { id: ticketId },
    select: { prefix: true, number: true },
  });
  return formatTicketNumber(prefix, number);
}
