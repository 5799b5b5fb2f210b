import { Prisma, type Transaction } from '../../database/client.ts';
import { formatTicketNumber } from '../organizations/ticket-number.ts';
import { type ConversationRows, isVisible, type MessageRow, readConversationRows } from './customer-rows.ts';
import { mentionedPeople, parseMarkup, plainMarkup } from './markup/blocks.ts';
import type { Markup, Names } from './markup/markup.ts';
import type { TicketStatus } from './ticket.ts';

/**
 * The only reader of tickets for what faces customers: mails and pages. Internal notes stand in a table of their own, which
 * is not read here, and what is read here can be made nowhere else.
 */
declare const forCustomers: unique symbol;

/** A ticket as its customer may see it. */
export interface CustomerTicket {
  readonly [forCustomers]: 'ticket';
  id: string;
  /** Like "TKT-041". */
  number: string;
  title: string;
  status: TicketStatus;
  organization: { id: string; name: string };
  /** Called as whoever opened the ticket called them, and nothing where they did not. */
  requester: { id: string; name: string; email: string };
  /** The number of the ticket in which it goes on, as a duplicate of that one; what is answered here is recorded there. */
  mergedInto: string | null;
  /** Counts what has changed in the conversation. */
  revision: number;
}

/** Something that was said between the customer and the agents, as the customer may see it. */
export interface CustomerMessage {
  readonly [forCustomers]: 'message';
  id: string;
  author: { kind: 'agent' | 'customer'; name: string };
  words: Markup;
  sentAt: Date;
  editedAt: Date | null;
  attachments: CustomerAttachment[];
  /** The revision of the conversation that its last change made; 0 where it stands as the ticket was opened. */
  revision: number;
}

/** What changed in a conversation, under the revision by which it is known. */
export type CustomerChange =
  | { kind: 'message'; revision: number; message: CustomerMessage }
  /** What the customer is not to see any more, or not yet. */
  | { kind: 'deleted'; revision: number; id: string }
  | { kind: 'ticket'; revision: number; status: TicketStatus; mergedInto: string | null };

export interface CustomerAttachment {
  id: string;
  name: string;
  contentType: string;
  /** Bytes. */
  size: number;
}

interface Reader {
  database: Pick<Transaction, '$queryRaw' | 'ticketAttachment' | 'slackPerson'>;
}

const never = Prisma.sql`false`;
const byId = Prisma.sql`m.id`;

/** Null where there is no such ticket. */
export async function readCustomerTicket(
  { database }: Reader,
  ticketId: string,
): Promise<CustomerTicket | null> {
  const read = await readConversationRows(database, { ticketId, condition: never, order: byId, limit: 0 });
  return read && toTicket(read);
}

/**
 * The messages of a ticket, oldest first, at most `limit` of them, after the one with the id `after`; those that were deleted
 * are left out. With `id`, only that one.
 */
export async function readCustomerMessages(
  { database }: Reader,
  { ticketId, id, after, limit = 100 }: { ticketId: string; id?: string; after?: string; limit?: number },
): Promise<CustomerMessage[]> {
  const condition = Prisma.sql`m.deleted_at IS NULL
    ${id === undefined ? Prisma.empty : Prisma.sql`AND m.id = ${id}::uuid`}
    ${after === undefined ? Prisma.empty : Prisma.sql`AND m.id > ${after}::uuid`}`;
  const read = await readConversationRows(database, { ticketId, condition, order: byId, limit });
  return read ? toMessages(database, read, read.messages) : [];
}

/**
 * A ticket with its newest messages, at most `limit` and oldest first; with `before`, the newest of those that came before the
 * one with that id. `earlier` is the `before` of the page ahead of this one, and null where there is none.
 */
export async function readCustomerPage(
  { database }: Reader,
  { ticketId, before, limit }: { ticketId: string; before?: string | undefined; limit: number },
): Promise<{ ticket: CustomerTicket; messages: CustomerMessage[]; earlier: string | null } | null> {
  const read = await readConversationRows(database, {
    ticketId,
    condition: before === undefined ? isVisible : Prisma.sql`${isVisible} AND m.id < ${before}::uuid`,
    order: Prisma.sql`m.id DESC`,
    // One more shows whether there is another page.
    limit: limit + 1,
  });
  if (!read) return null;
  const shown = read.messages.slice(0, limit).reverse();
  return {
    ticket: toTicket(read),
    messages: await toMessages(database, read, shown),
    earlier: read.messages.length > limit ? (shown[0]?.id ?? null) : null,
  };
}

/**
 * What has changed in a conversation since the revision `since`, in order, of at most `limit` messages; what changed twice is
 * there once, as it is now. Whoever knows `upTo` misses nothing before it; there is more where `more` says so. Null where the
 * ticket is gone.
 */
export async function readCustomerChanges(
  { database }: Reader,
  { ticketId, since, limit }: { ticketId: string; since: number; limit: number },
): Promise<{ changes: CustomerChange[]; upTo: number; more: boolean } | null> {
  const condition = Prisma.sql`m.revision > ${since}`;
  const order = Prisma.sql`m.revision`;
  const read = await readConversationRows(database, { ticketId, condition, order, limit });
  if (!read) return null;
  const { ticket, messages: rows } = read;
  const more = rows.length === limit;
  const upTo = Math.max(since, more ? (rows.at(-1)?.revision ?? 0) : ticket.revision);
  const shown = await toMessages(
    database,
    read,
    rows.filter((row) => row.isVisible),
  );
  const messages = new Map(shown.map((message) => [message.id, message]));
  const changes = rows.map(({ id, revision }): CustomerChange => {
    const message = messages.get(id);
    return message ? { kind: 'message', revision, message } : { kind: 'deleted', revision, id };
  });
  const { status, statusRevision } = ticket;
  if (statusRevision > since && statusRevision <= upTo) {
    const { mergedInto } = toTicket(read);
    changes.push({ kind: 'ticket', revision: statusRevision, status, mergedInto });
    changes.sort((one, other) => one.revision - other.revision);
  }
  return { changes, upTo, more };
}

function toTicket({ ticket }: ConversationRows): CustomerTicket {
  const { prefix, number, mergedInto, organization, statusRevision: _, ...seen } = ticket;
  const { id, name } = organization;
  return facing({
    ...seen,
    number: formatTicketNumber(prefix, number),
    mergedInto: mergedInto && formatTicketNumber(mergedInto.prefix, mergedInto.number),
    organization: { id, name },
  });
}

async function toMessages(
  database: Pick<Transaction, 'slackPerson'>,
  { ticket: { organization } }: ConversationRows,
  rows: readonly MessageRow[],
): Promise<CustomerMessage[]> {
  const mentioned = rows.flatMap(({ memberName, text }) =>
    memberName === null ? [] : mentionedPeople(text),
  );
  const names = await readNames(database, organization.teamId, mentioned);
  return rows.map(({ id, text, createdAt, editedAt, revision, customerName, memberName, attachments }) =>
    facing({
      id,
      author:
        memberName === null
          ? { kind: 'customer' as const, name: customerName ?? '' }
          : { kind: 'agent' as const, name: memberName },
      words: memberName === null ? plainMarkup(text) : parseMarkup(text, names),
      sentAt: createdAt,
      editedAt,
      attachments,
      revision,
    }),
  );
}

/** The files of a message of the ticket with their content, or those of some ids, or the one file; none of a message that was deleted. */
export async function readCustomerFiles(
  { database }: Reader,
  {
    ticketId,
    messageId,
    id,
    ids,
  }: { ticketId: string; messageId?: string; id?: string; ids?: readonly string[] },
): Promise<(CustomerAttachment & { bytes: Uint8Array })[]> {
  const rows = await database.ticketAttachment.findMany({
    where: {
      ticketId,
      message: { deletedAt: null },
      ...(messageId !== undefined && { messageId }),
      ...(id !== undefined && { id }),
      ...(ids && { id: { in: [...ids] } }),
    },
    orderBy: { id: 'asc' },
    select: { id: true, name: true, contentType: true, size: true, content: true },
  });
  return rows.map(({ content, ...attachment }) => ({ ...attachment, bytes: content }));
}

/** The names of the people of a workspace, as Slack last gave them. */
async function readNames(
  database: Pick<Transaction, 'slackPerson'>,
  teamId: string,
  userIds: readonly string[],
): Promise<Names> {
  if (userIds.length === 0) return new Map();
  const people = await database.slackPerson.findMany({
    where: { teamId, userId: { in: [...new Set(userIds)] } },
    select: { userId: true, name: true },
  });
  return new Map(people.map(({ userId, name }) => [userId, name]));
}

/** Marks what was read here: nothing else has the type. */
function facing<T extends CustomerTicket | CustomerMessage>(read: Omit<T, typeof forCustomers>): T {
  return read as T;
}
