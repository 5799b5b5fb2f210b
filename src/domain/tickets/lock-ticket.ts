import type { Transaction } from '../../database/client.ts';
import { refuse } from '../errors.ts';
import { readId } from '../ids.ts';
import { formatTicketNumber } from '../organizations/ticket-number.ts';
import type { TicketPriority, TicketStatus } from './ticket.ts';

export interface LockedTicket {
  id: string;
  organizationId: string;
  number: string;
  title: string;
  priority: TicketPriority;
  status: TicketStatus;
  categoryId: string | null;
  requesterId: string;
  assignee: { memberId: string; userId: string; name: string } | null;
  channelId: string | null;
  messageTs: string | null;
  respondedAt: Date | null;
  resolvedAt: Date | null;
}

interface Row extends Omit<LockedTicket, 'number' | 'assignee'> {
  prefix: string;
  sequenceNumber: number;
  assigneeId: string | null;
  assigneeUserId: string | null;
  assigneeName: string | null;
}

/**
 * A ticket of the organization, whose row stays locked until the transaction ends: what is decided on it holds. Whoever locks
 * members too locks them first.
 * @throws Refusal `ticket_unknown` where there is none, also for another organization's.
 */
export async function lockTicket(
  transaction: Pick<Transaction, '$queryRaw'>,
  { organizationId, ticketId }: { organizationId: string; ticketId: string },
): Promise<LockedTicket> {
  if (!readId(ticketId)) throw refuse('ticket_unknown');
  const [row] = await transaction.$queryRaw<Row[]>`
    SELECT t.id, t.organization_id AS "organizationId", t.prefix, t.number AS "sequenceNumber", t.title,
      t.priority::text, t.status::text, t.category_id AS "categoryId", t.requester_id AS "requesterId",
      t.assignee_id AS "assigneeId", m.user_id AS "assigneeUserId", m.name AS "assigneeName",
      t.channel_id AS "channelId", t.message_ts AS "messageTs", t.responded_at AS "respondedAt",
      t.resolved_at AS "resolvedAt"
    FROM tickets t LEFT JOIN members m ON m.id = t.assignee_id
    WHERE t.id = ${ticketId}::uuid AND t.organization_id = ${organizationId}::uuid FOR NO KEY UPDATE OF t`;
  if (!row) throw refuse('ticket_unknown');
  const { prefix, sequenceNumber, assigneeId, assigneeUserId, assigneeName, ...ticket } = row;
  return {
    ...ticket,
    number: formatTicketNumber(prefix, sequenceNumber),
    assignee:
      assigneeId === null
        ? null
        : { memberId: assigneeId, userId: assigneeUserId ?? '', name: assigneeName ?? '' },
  };
}
