import { Prisma, type Transaction } from '../../database/client.ts';

/**
 * Locks customers until the transaction ends, ahead of their tickets: of those who touch several tickets of one person, one is at
 * it at a time, and who opens a ticket for the person waits. Whoever writes a message of theirs does not wait.
 */
export async function lockPeople(
  transaction: Pick<Transaction, '$queryRaw'>,
  customerIds: readonly string[],
): Promise<void> {
  await transaction.$queryRaw`
    SELECT id FROM customers WHERE id IN (${Prisma.join(customerIds.map((id) => Prisma.sql`${id}::uuid`))})
    ORDER BY id FOR NO KEY UPDATE`;
}
