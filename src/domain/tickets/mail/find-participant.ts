import type { Context } from '../../context.ts';
import { sameEmail } from '../../invitations/email.ts';
import type { ReplyTarget } from './reply-address.ts';

/**
 * Who of a ticket's customers wrote from `address`: the requester, or somebody whose words stand in it. `customerId` is null
 * where it is none of them; all is null where there is no such ticket, or where the customer whom the reply address was given to
 * has no part in it any more.
 */
export async function findParticipant(
  { database }: Pick<Context, 'database'>,
  { ticketId, customerMark }: ReplyTarget,
  address: string,
): Promise<{ customerId: string | null } | null> {
  const participants = await database.$queryRaw<{ id: string; email: string }[]>`
    SELECT customers.id, customers.email FROM customers JOIN (
      SELECT requester_id AS id FROM tickets WHERE id = ${ticketId}::uuid
      UNION SELECT customer_id FROM ticket_messages WHERE ticket_id = ${ticketId}::uuid) AS part USING (id)`;
  if (!participants.some(({ id }) => id.endsWith(customerMark))) return null;
  return { customerId: participants.find(({ email }) => sameEmail(address, email))?.id ?? null };
}
