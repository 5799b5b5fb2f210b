import type { Prisma, Transaction } from '../../database/client.ts';
import { formatTicketNumber } from '../organizations/ticket-number.ts';
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
  requester: { id: string; name: string; email: string };
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
  | { kind: 'ticket'; revision: number; status: TicketStatus };

export interface CustomerAttachment {
  id: string;
  name: string;
  contentType: string;
  /** Bytes. */
  size: number;
}

interface Reader {
  database: Pick<Transaction, 'ticket' | 'ticketMessage' | 'ticketAttachment' | 'slackPerson'>;
}

/** Null where there is no such ticket. */
export async function readCustomerTicket(
  { database }: Reader,
  ticketId: string,
): Promise<CustomerTicket | null> {
  const ticket = await database.ticket.findUnique({
    where: { id: ticketId },
    select: {
      id: true,
      prefix: true,
      number: true,
      title: true,
      status: true,
      revision: true,
      organization: { select: { id: true, name: true } },
      requester: { select: { id: true, name: true, email: true } },
    },
  });
  if (!ticket) return null;
  const { prefix, number, ...seen } = ticket;
  return facing({ ...seen, number: formatTicketNumber(prefix, number) });
}

/**
 * The messages of a ticket, oldest first, at most `limit` of them, after the one with the id `after`; those that were deleted
 * are left out. With `id`, only that one.
 */
export async function readCustomerMessages(
  { database }: Reader,
  { ticketId, id, after, limit = 100 }: { ticketId: string; id?: string; after?: string; limit?: number },
): Promise<CustomerMessage[]> {
  const rows = await database.ticketMessage.findMany({
    where: {
      ticketId,
      deletedAt: null,
      ...(id !== undefined && { id }),
      ...(after !== undefined && { id: { gt: after } }),
    },
    orderBy: { id: 'asc' },
    take: limit,
    select: messageColumns,
  });
  return toMessages({ database }, rows);
}

/** A message that came with files says something once one of them is there. */
const saysSomething = { OR: [{ text: { not: '' } }, { attachments: { some: {} } }] };

/**
 * The newest messages of a ticket, at most `limit` and oldest first; with `before`, the newest of those that came before the one
 * with that id. `earlier` is the `before` of the page ahead of this one, and null where there is none.
 */
export async function readCustomerPage(
  { database }: Reader,
  { ticketId, before, limit }: { ticketId: string; before?: string | undefined; limit: number },
): Promise<{ messages: CustomerMessage[]; earlier: string | null }> {
  const rows = await database.ticketMessage.findMany({
    where: {
      ticketId,
      deletedAt: null,
      ...saysSomething,
      ...(before !== undefined && { id: { lt: before } }),
    },
    orderBy: { id: 'desc' },
    // One more shows whether there is another page.
    take: limit + 1,
    select: messageColumns,
  });
  const messages = await toMessages({ database }, rows.slice(0, limit).reverse());
  return { messages, earlier: rows.length > limit ? (messages[0]?.id ?? null) : null };
}

/**
 * What has changed in a conversation since the revision `since`, in order, of at most `limit` messages; what changed twice is
 * there once, as it is now. Whoever knows `upTo` misses nothing before it; there is more where `more` says so. Null where the
 * ticket is gone. To be read in one snapshot: see conversation/read-changes.ts.
 */
export async function readCustomerChanges(
  { database }: Reader,
  { ticketId, since, limit }: { ticketId: string; since: number; limit: number },
): Promise<{ changes: CustomerChange[]; upTo: number; more: boolean } | null> {
  const ticket = await database.ticket.findUnique({
    where: { id: ticketId },
    select: { revision: true, status: true, statusRevision: true },
  });
  if (!ticket) return null;
  const { revision: newest, status, statusRevision } = ticket;
  if (newest <= since) return { changes: [], upTo: since, more: false };
  const rows = await database.ticketMessage.findMany({
    where: { ticketId, revision: { gt: since, lte: newest } },
    orderBy: { revision: 'asc' },
    take: limit,
    select: messageColumns,
  });
  const more = rows.length === limit;
  const upTo = more ? (rows.at(-1)?.revision ?? newest) : newest;
  const seen = rows.filter(
    (row) => row.deletedAt === null && (row.text !== '' || row.attachments.length > 0),
  );
  const messages = new Map((await toMessages({ database }, seen)).map((message) => [message.id, message]));
  const changes = rows.map(({ id, revision }): CustomerChange => {
    const message = messages.get(id);
    return message ? { kind: 'message', revision, message } : { kind: 'deleted', revision, id };
  });
  if (statusRevision > since && statusRevision <= upTo) {
    changes.push({ kind: 'ticket', revision: statusRevision, status });
    changes.sort((one, other) => one.revision - other.revision);
  }
  return { changes, upTo, more };
}

const messageColumns = {
  id: true,
  text: true,
  createdAt: true,
  editedAt: true,
  deletedAt: true,
  revision: true,
  customer: { select: { name: true } },
  member: { select: { name: true, organization: { select: { teamId: true } } } },
  attachments: {
    select: { id: true, name: true, contentType: true, size: true },
    orderBy: { id: 'asc' },
  },
} satisfies Prisma.TicketMessageSelect;

type MessageRow = Prisma.TicketMessageGetPayload<{ select: typeof messageColumns }>;

async function toMessages(reader: Reader, rows: readonly MessageRow[]): Promise<CustomerMessage[]> {
  const teamId = rows.find(({ member }) => member)?.member?.organization.teamId;
  const names = await readNames(
    reader,
    teamId,
    rows.flatMap(({ member, text }) => (member ? mentionedPeople(text) : [])),
  );
  return rows.map(({ id, text, createdAt, editedAt, revision, customer, member, attachments }) =>
    facing({
      id,
      author: member
        ? { kind: 'agent' as const, name: member.name }
        : { kind: 'customer' as const, name: customer?.name ?? '' },
      words: member ? parseMarkup(text, names) : plainMarkup(text),
      sentAt: createdAt,
      editedAt,
      attachments,
      revision,
    }),
  );
}

/** The files of a message of the ticket with their content, or the one file; none of a message that was deleted. */
export async function readCustomerFiles(
  { database }: Reader,
  { ticketId, messageId, id }: { ticketId: string; messageId?: string; id?: string },
): Promise<(CustomerAttachment & { bytes: Uint8Array })[]> {
  const rows = await database.ticketAttachment.findMany({
    where: {
      ticketId,
      message: { deletedAt: null },
      ...(messageId !== undefined && { messageId }),
      ...(id !== undefined && { id }),
    },
    orderBy: { id: 'asc' },
    select: { id: true, name: true, contentType: true, size: true, content: true },
  });
  return rows.map(({ content, ...attachment }) => ({ ...attachment, bytes: content }));
}

/** The names of the people of a workspace, as Slack last gave them. */
async function readNames(
  { database }: Reader,
  teamId: string | undefined,
  userIds: readonly string[],
): Promise<Names> {
  if (teamId === undefined || userIds.length === 0) return new Map();
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
