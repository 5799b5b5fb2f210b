import { Prisma, type Transaction } from '../../database/client.ts';
import type { TicketStatus } from './ticket.ts';

/** A ticket with some of its messages, as customer-view.ts reads them. */
export interface ConversationRows {
  ticket: {
    id: string;
    prefix: string;
    number: number;
    title: string;
    status: TicketStatus;
    revision: number;
    statusRevision: number;
    mergedInto: { prefix: string; number: number } | null;
    organization: { id: string; name: string; teamId: string };
    /** The name is empty where none was given. */
    requester: { id: string; name: string; email: string };
  };
  messages: MessageRow[];
}

export interface MessageRow {
  id: string;
  text: string;
  createdAt: Date;
  editedAt: Date | null;
  revision: number;
  /** Null where a member wrote it. */
  customerName: string | null;
  memberName: string | null;
  attachments: { id: string; name: string; contentType: string; size: number }[];
  /** Whether it stands, and says something: what came with files does once one of them is there. */
  isVisible: boolean;
}

type TicketRow = ConversationRows['ticket'];

/** Of a message `m`. */
export const isVisible = Prisma.sql`(m.deleted_at IS NULL
  AND (m.text <> '' OR EXISTS (SELECT FROM ticket_attachments a WHERE a.message_id = m.id)))`;

/**
 * Reads by one statement, and so at one moment: the messages `m` of the ticket for which `condition` holds, the first `limit` of
 * them by `order`. Null where there is no such ticket.
 */
export async function readConversationRows(
  database: Pick<Transaction, '$queryRaw'>,
  {
    ticketId,
    condition,
    order,
    limit,
  }: { ticketId: string; condition: Prisma.Sql; order: Prisma.Sql; limit: number },
): Promise<ConversationRows | null> {
  const rows = await database.$queryRaw<
    (Omit<MessageRow, 'id'> & { id: string | null; ticket: TicketRow })[]
  >`
    SELECT said.*, json_build_object('id', t.id, 'prefix', t.prefix, 'number', t.number, 'title', t.title, 'status', t.status,
        'revision', t.revision, 'statusRevision', t.status_revision,
        'mergedInto', (SELECT json_build_object('prefix', g.prefix, 'number', g.number)
          FROM tickets g WHERE g.id = t.merged_into_id),
        'organization', json_build_object('id', o.id, 'name', o.name, 'teamId', o.team_id),
        'requester', json_build_object('id', r.id, 'name', coalesce(t.requester_name, ''), 'email', r.email)) AS ticket
    FROM tickets t JOIN organizations o ON o.id = t.organization_id JOIN customers r ON r.id = t.requester_id
    LEFT JOIN LATERAL (
      SELECT m.id::text, m.text, m.created_at AS "createdAt", m.edited_at AS "editedAt", m.revision,
        CASE WHEN m.customer_id = t.requester_id THEN coalesce(t.requester_name, '') ELSE c.name END AS "customerName", w.name AS "memberName", ${isVisible} AS "isVisible",
        coalesce((SELECT json_agg(json_build_object('id', a.id, 'name', a.name, 'contentType', a.content_type, 'size', a.size)
          ORDER BY a.id) FROM ticket_attachments a WHERE a.message_id = m.id), '[]') AS attachments
      FROM ticket_messages m LEFT JOIN customers c ON c.id = m.customer_id LEFT JOIN members w ON w.id = m.member_id
      WHERE m.ticket_id = t.id AND ${condition} ORDER BY ${order} LIMIT ${limit}) AS said ON true
    WHERE t.id = ${ticketId}::uuid`;
  const [first] = rows;
  if (!first) return null;
  const messages = rows.flatMap(({ ticket: _, id, ...row }) => (id === null ? [] : [{ ...row, id }]));
  return { ticket: first.ticket, messages };
}
