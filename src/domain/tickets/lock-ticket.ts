import { Prisma, type Transaction } from '../../database/client.ts';
import { refuse } from '../errors.ts';
import { readId } from '../ids.ts';
import { formatTicketNumber } from '../organizations/ticket-number.ts';
import { isSettled, type TicketPriority, type TicketStatus } from './ticket.ts';

export interface LockedTicket {
  id: string;
  organizationId: string;
  number: string;
  title: string;
  priority: TicketPriority;
  status: TicketStatus;
  categoryId: string | null;
  requesterId: string;
  /** The ticket that it was merged into; null unless it is a closed duplicate. */
  mergedIntoId: string | null;
  /** Null also where the assignee is no active member any more, or a guest by now: whoever reopens a settled ticket writes that. */
  assignee: { memberId: string; userId: string; name: string } | null;
  channelId: string | null;
  messageTs: string | null;
  createdAt: Date;
  respondedAt: Date | null;
  resolvedAt: Date | null;
}

type Assignee = NonNullable<LockedTicket['assignee']>;

interface Row extends Omit<LockedTicket, 'number' | 'assignee'> {
  prefix: string;
  sequenceNumber: number;
  assigneeId: string | null;
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
      t.merged_into_id AS "mergedIntoId", t.assignee_id AS "assigneeId", t.channel_id AS "channelId",
      t.message_ts AS "messageTs", t.created_at AS "createdAt", t.responded_at AS "respondedAt", t.resolved_at AS "resolvedAt"
    FROM tickets t
    WHERE t.id = ${ticketId}::uuid AND t.organization_id = ${organizationId}::uuid FOR NO KEY UPDATE`;
  if (!row) throw refuse('ticket_unknown');
  const { prefix, sequenceNumber, assigneeId, ...ticket } = row;
  return {
    ...ticket,
    number: formatTicketNumber(prefix, sequenceNumber),
    assignee: assigneeId === null ? null : await findAssignee(transaction, assigneeId, ticket.status),
  };
}

/**
 * Locks a ticket's row alone, for what changes its messages or files on nobody's behalf: a message's row is locked behind its
 * ticket's, always, or two who change the same message wait for each other. False where there is no such ticket.
 */
export async function holdTicket(
  transaction: Pick<Transaction, '$queryRaw'>,
  ticketId: string,
): Promise<boolean> {
  const held = await transaction.$queryRaw<unknown[]>`
    SELECT 1 FROM tickets WHERE id = ${ticketId}::uuid FOR NO KEY UPDATE`;
  return held.length > 0;
}

/**
 * The assignee. That of a settled ticket stays a member until the transaction ends, so that a reopened ticket has nobody who
 * left: depart() sees open tickets alone. Not waited for: whoever removes them at this moment holds their row and may wait for
 * the ticket; then they count as gone, which they are about to be.
 */
async function findAssignee(
  transaction: Pick<Transaction, '$queryRaw'>,
  memberId: string,
  status: TicketStatus,
): Promise<Assignee | null> {
  const [assignee] = await transaction.$queryRaw<Assignee[]>`
    SELECT m.id AS "memberId", m.user_id AS "userId", m.name FROM members m
    WHERE m.id = ${memberId}::uuid AND m.status = 'active'
      AND NOT EXISTS (SELECT FROM slack_people p JOIN organizations o ON o.team_id = p.team_id
        WHERE o.id = m.organization_id AND p.user_id = m.user_id AND p.standing <> 'full')
    ${isSettled(status) ? Prisma.sql`FOR SHARE OF m SKIP LOCKED` : Prisma.empty}`;
  return assignee ?? null;
}
