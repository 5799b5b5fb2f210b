import type { Transaction } from '../../../database/client.ts';

/**
 * Sets when a ticket was first answered anew, once a reply was taken back: a reply that stands counts, and one that went out by
 * mail before. Whoever calls it has locked the ticket.
 */
export async function recountResponse(
  transaction: Pick<Transaction, '$executeRaw'>,
  ticketId: string,
): Promise<void> {
  await transaction.$executeRaw`
    UPDATE tickets SET responded_at = (
      SELECT min(m.created_at) FROM ticket_messages m
      WHERE m.ticket_id = tickets.id AND m.member_id IS NOT NULL AND (m.deleted_at IS NULL OR m.mail_status = 'sent'))
    WHERE id = ${ticketId}::uuid AND responded_at IS NOT NULL`;
}
