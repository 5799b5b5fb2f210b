import type { Context } from '../context.ts';
import { formatTicketNumber } from '../organizations/ticket-number.ts';
import { mentionedPeople, parseMarkup, plainMarkup } from './markup/blocks.ts';
import type { Markup, Names } from './markup/markup.ts';

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
  organization: { id: string; name: string };
  requester: { id: string; name: string; email: string };
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
}

export interface CustomerAttachment {
  id: string;
  name: string;
  contentType: string;
  /** Bytes. */
  size: number;
}

type Reader = Pick<Context, 'database'>;

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
      organization: { select: { id: true, name: true } },
      requester: { select: { id: true, name: true, email: true } },
    },
  });
  if (!ticket) return null;
  const { id, prefix, number, title, organization, requester } = ticket;
  return facing({ id, number: formatTicketNumber(prefix, number), title, organization, requester });
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
    select: {
      id: true,
      text: true,
      createdAt: true,
      editedAt: true,
      customer: { select: { name: true } },
      member: { select: { name: true, organization: { select: { teamId: true } } } },
      attachments: {
        select: { id: true, name: true, contentType: true, size: true },
        orderBy: { id: 'asc' },
      },
    },
  });
  const teamId = rows.find(({ member }) => member)?.member?.organization.teamId;
  const names = await readNames(
    { database },
    teamId,
    rows.flatMap(({ member, text }) => (member ? mentionedPeople(text) : [])),
  );
  return rows.map(({ id, text, createdAt, editedAt, customer, member, attachments }) =>
    facing({
      id,
      author: member
        ? { kind: 'agent' as const, name: member.name }
        : { kind: 'customer' as const, name: customer?.name ?? '' },
      words: member ? parseMarkup(text, names) : plainMarkup(text),
      sentAt: createdAt,
      editedAt,
      attachments,
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
