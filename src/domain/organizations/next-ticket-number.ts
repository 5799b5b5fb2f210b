import type { Transaction } from '../../database/client.ts';
import { formatTicketNumber } from './ticket-number.ts';

/** The number that the next ticket of the organization would get under `prefix`; nothing is reserved. */
export async function nextTicketNumber(
  database: Pick<Transaction, 'ticketSequence'>,
  organizationId: string,
  prefix: string,
): Promise<string> {
  const sequence = await database.ticketSequence.findUnique({
    where: { organizationId_prefix: { organizationId, prefix } },
    select: { lastNumber: true },
  });
  return formatTicketNumber(prefix, (sequence?.lastNumber ?? 0) + 1);
}
