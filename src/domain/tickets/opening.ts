import { Prisma } from '../../database/client.ts';
import { type Queryable, queryRows } from '../../database/statements.ts';
import type { Context } from '../context.ts';
import type { Effect } from '../effects.ts';
import { formatTicketNumber } from '../organizations/ticket-number.ts';
import { recordClauses } from '../record.ts';
import type { TicketPriority, TicketSource } from './ticket.ts';

export interface TicketFile {
  name: string;
  contentType: string;
  bytes: Uint8Array;
}

/** A ticket to be opened, its words checked or made fit already. */
export interface Opening {
  ticketId: string;
  messageId: string;
  organizationId: string;
  source: TicketSource;
  title: string;
  text: string;
  /** By whoever is `proven` to know them, the customer is named, or called as before; what others say is this ticket's alone. */
  requester: { name: string | null; email: string; proven: boolean };
  priority?: TicketPriority;
  categoryId?: string;
  openedById?: string;
  assigneeId?: string;
  permalink?: string;
  precedingId?: string;
  files?: readonly TicketFile[];
  /** True where a seat must have been bought. */
  needsSeats: boolean;
  /** The Message-ID of the mail that it came by. */
  mailId?: string;
  /** Of any number of openings under one key, one is done. */
  onceKey?: string;
  /** The same for what a website or its server asks for; it is kept for which request, and which ticket it made. */
  request?: PluginRequest;
  effects: readonly Effect[];
}

/** An Idempotency-Key, and the SHA-256 of what was asked for under it. */
export interface PluginRequest {
  key: string;
  fingerprint: Uint8Array;
}

/** The purpose of requests that open a ticket. */
export const OPENING = 'ticket';

/** What became of an opening. `number` is null where nothing was written, and the rest says why. */
export interface OpeningOutcome {
  number: string | null;
  bought: boolean;
  categoryKnown: boolean;
  assigneeKnown: boolean;
  /** False where the key was used before. */
  first: boolean;
}

/** What an opening needs of the context; it may be one statement of a transaction. */
export type OpeningContext = Pick<Context, 'now' | 'newId'> & { database: Queryable };

/**
 * Opens a ticket in one statement: the customer, the next number of the organization's prefix, the ticket, its first message
 * with files, and the outbox rows are there together or not at all. The number's row is locked after everything that could
 * wait, so that openings queue up for nothing but the number; a number once given belongs to a ticket that stands.
 */
export async function open(context: OpeningContext, opening: Opening): Promise<OpeningOutcome | null> {
  const [row] = await queryRows<Row>(context.database, statementOf(context, opening));
  if (!row) return null;
  const { prefix, last_number, bought, category_known, assignee_known, first } = row;
  return {
    number: prefix === null || last_number === null ? null : formatTicketNumber(prefix, last_number),
    bought,
    categoryKnown: category_known,
    assigneeKnown: assignee_known,
    first,
  };
}

interface Row {
  prefix: string | null;
  last_number: number | null;
  bought: boolean;
  category_known: boolean;
  assignee_known: boolean;
  first: boolean;
}

function statementOf(context: OpeningContext, opening: Opening): Prisma.Sql {
  const now = Prisma.sql`${context.now()}::timestamptz`;
  const { organizationId, requester, categoryId, assigneeId, files = [], effects } = opening;
  const { name, email, proven } = requester;
  const known = Prisma.sql`${proven ? name : null}::text`;
  const once = onceClause(opening, now);
  const uuid = (id: string | undefined) => Prisma.sql`${id ?? null}::uuid`;
  const conditions = [
    ...(opening.needsSeats ? [Prisma.sql`organization.bought`] : []),
    ...(categoryId ? [Prisma.sql`EXISTS (SELECT FROM category)`] : []),
    ...(assigneeId ? [Prisma.sql`EXISTS (SELECT FROM assignee)`] : []),
  ];
  const fits = conditions.length > 0 ? Prisma.join(conditions, ' AND ') : Prisma.sql`true`;
  return Prisma.sql`
    WITH organization AS (
      SELECT id, prefix, seats_purchased > 0 AS bought FROM organizations WHERE id = ${organizationId}::uuid),
    ${categoryId ? categoryClause(organizationId, categoryId) : Prisma.empty}
    ${assigneeId ? assigneeClause(organizationId, assigneeId) : Prisma.empty}
    ${once ? Prisma.sql`taken AS (${once} FROM organization WHERE ${fits} ON CONFLICT DO NOTHING RETURNING key),` : Prisma.empty}
    customer AS (
      INSERT INTO customers AS known (id, organization_id, email, name, created_at)
      SELECT ${context.newId()}::uuid, organization.id, ${email}, coalesce(${known}, ${email}), ${now}
      FROM organization ${once ? Prisma.sql`JOIN taken ON true` : Prisma.empty} WHERE ${fits}
      ON CONFLICT (organization_id, email) DO UPDATE SET name = coalesce(${known}, known.name)
      RETURNING id, name),
    numbered AS (
      INSERT INTO ticket_sequences AS sequence (organization_id, prefix, last_number)
      SELECT organization.id, organization.prefix, 1 FROM customer, organization
      ON CONFLICT (organization_id, prefix) DO UPDATE SET last_number = sequence.last_number + 1
      RETURNING prefix, last_number),
    opened AS (
      INSERT INTO tickets (id, organization_id, prefix, number, title, priority, source, category_id, requester_id,
        requester_name, opened_by_id, assignee_id, permalink, preceding_id, created_at, active_at)
      SELECT ${opening.ticketId}::uuid, ${organizationId}::uuid, numbered.prefix, numbered.last_number, ${opening.title},
        ${opening.priority ?? 'normal'}::ticket_priority, ${opening.source}::ticket_source, ${uuid(categoryId)},
        customer.id, ${proven ? Prisma.sql`nullif(customer.name, ${email})` : name}, ${uuid(opening.openedById)}, ${uuid(assigneeId)}, ${opening.permalink ?? null},
        ${uuid(opening.precedingId)}, ${now}, ${now}
      FROM numbered, customer
      RETURNING id),
    said AS (
      INSERT INTO ticket_messages (id, ticket_id, customer_id, text, mail_id, created_at, revision)
      SELECT ${opening.messageId}::uuid, opened.id, customer.id, ${opening.text}, ${opening.mailId ?? null}, ${now}, 0
      FROM opened, customer),
    ${files.length > 0 ? filesClause(context, opening, files, now) : Prisma.empty}
    ${recordClauses(context, [], effects, Prisma.sql`EXISTS (SELECT FROM opened)`)}
    SELECT numbered.prefix, numbered.last_number, organization.bought,
      ${categoryId ? Prisma.sql`EXISTS (SELECT FROM category)` : Prisma.sql`true`} AS category_known,
      ${assigneeId ? Prisma.sql`EXISTS (SELECT FROM assignee)` : Prisma.sql`true`} AS assignee_known,
      ${once ? Prisma.sql`EXISTS (SELECT FROM taken)` : Prisma.sql`true`} AS first
    FROM organization LEFT JOIN numbered ON true`;
}

function categoryClause(organizationId: string, categoryId: string): Prisma.Sql {
  return Prisma.sql`category AS MATERIALIZED (
      SELECT id FROM ticket_categories
      WHERE id = ${categoryId}::uuid AND organization_id = ${organizationId}::uuid AND archived_at IS NULL),`;
}

/** Locked, so that nobody's seat ends between this and the ticket: depart() unassigns what it sees. */
function assigneeClause(organizationId: string, assigneeId: string): Prisma.Sql {
  return Prisma.sql`assignee AS MATERIALIZED (
      SELECT id FROM members
      WHERE id = ${assigneeId}::uuid AND organization_id = ${organizationId}::uuid AND status = 'active' FOR SHARE),`;
}

/** Takes the key under which the opening is done once; undefined where it has none. */
function onceClause({ onceKey, request, ticketId }: Opening, now: Prisma.Sql): Prisma.Sql | undefined {
  if (request) {
    const { key, fingerprint } = request;
    return Prisma.sql`INSERT INTO plugin_requests (organization_id, purpose, key, fingerprint, subject_id, created_at)
      SELECT organization.id, ${OPENING}, ${key}, ${Buffer.from(fingerprint)}, ${ticketId}::uuid, ${now}`;
  }
  if (onceKey === undefined) return undefined;
  return Prisma.sql`INSERT INTO intake (key, received_at, handled_at) SELECT ${onceKey}, ${now}, ${now}`;
}

function filesClause(
  context: OpeningContext,
  { ticketId, messageId }: Opening,
  files: readonly TicketFile[],
  now: Prisma.Sql,
): Prisma.Sql {
  const rows = files.map(
    ({ name, contentType, bytes }) =>
      Prisma.sql`(${context.newId()}::uuid, ${name}, ${contentType}, ${bytes.length}::int, ${Buffer.from(bytes)}::bytea)`,
  );
  return Prisma.sql`attached AS (
      INSERT INTO ticket_attachments (id, ticket_id, message_id, name, content_type, size, content, created_at)
      SELECT file.id, ${ticketId}::uuid, ${messageId}::uuid, file.name, file.content_type, file.size, file.content, ${now}
      FROM opened, (VALUES ${Prisma.join(rows)}) AS file (id, name, content_type, size, content)),`;
}
