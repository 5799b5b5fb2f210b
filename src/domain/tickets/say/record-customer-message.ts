import type { Prisma, Transaction } from '../../../database/client.ts';
import type { Context } from '../../context.ts';
import { ticketCard } from '../../effects.ts';
import { Refusal } from '../../errors.ts';
import { record } from '../../record.ts';
import { postInChannel } from '../channel/post-effects.ts';
import { fitText } from '../fit-words.ts';
import { ticketHomes } from '../home-effects.ts';
import { lockPeople } from '../lock-people.ts';
import { holdTicket, type LockedTicket, lockTicket } from '../lock-ticket.ts';
import { openFromCustomer } from '../open-from-customer.ts';
import type { OpeningContext } from '../opening.ts';

export interface CustomerSaid {
  ticketId: string;
  /** A customer of the same organization. */
  customerId: string;
  text: string;
  /** The id that the message is to have; a new one by default. */
  messageId?: string;
  attachments?: readonly { name: string; contentType: string; content: Uint8Array }[];
  /** What makes it the same message, however often it arrives. */
  dedupeKey: string;
  /** Where a closed ticket goes on, how it came; `email` by default. */
  source?: 'email' | 'plugin';
  /** The Message-ID of the mail that it came by. */
  mailId?: string;
}

export interface CustomerHeard {
  /** The ticket that it is in: where the asked one is closed, the one that goes on from it, or the one that it was merged into. */
  ticketId: string;
  /** The number of that one, where it was opened for it; null where it was not. */
  opened: string | null;
  /**
   * Whether that one goes on from the asked one, or was opened for this: whoever has the link of the asked one may have its link too.
   * Not of one that the asked one was merged into, which may be another person's who gave the same address.
   */
  goesOn: boolean;
}

/**
 * Keeps what a customer answered, whatever the seats or the subscription, and puts it into the line for the ticket's thread. A
 * resolved or pending ticket is open again; in the place of a closed one a new ticket goes on from it, and further answers to the
 * closed one go on there. What is said to a ticket that was merged is said to the one it was merged into, as if to that one. Null
 * where it was heard before, or where there is no such ticket and customer in one organization.
 * @throws Refusal `ticket_unknown` where the ticket is deleted at this moment.
 */
export async function recordCustomerMessage(
  context: Context,
  said: CustomerSaid,
): Promise<CustomerHeard | null> {
  const asked = await findAsked(context, said);
  if (asked === null) return null;
  const heard = await context.database.$transaction((transaction) =>
    append(transaction, context, asked, said),
  );
  if (heard === 'closed') return goOn(context, asked, said);
  return heard !== null && 'mergedInto' in heard ? sayInTarget(context, said, heard.mergedInto) : heard;
}

/** One ticket is locked at a time: whoever merges or deletes has several, and would be waited for crosswise. */
async function sayInTarget(
  context: Context,
  said: CustomerSaid,
  targetId: string,
): Promise<CustomerHeard | null> {
  const { ticketId } = said;
  const heard = await recordCustomerMessage(context, { ...said, ticketId: targetId }).catch((error) => {
    if (!(error instanceof Refusal)) throw error;
    return null;
  });
  if (heard !== null) return { ...heard, goesOn: heard.opened !== null };
  const merged = await context.database.ticket.count({ where: { id: ticketId, mergedIntoId: targetId } });
  // Else the target was deleted, or the merge undone, at this moment: the asked ticket stands for itself again.
  return merged > 0 ? null : recordCustomerMessage(context, said);
}

interface Asked {
  organizationId: string;
  teamId: string;
  title: string;
  /** As the ticket calls them, where they are its requester. */
  customer: { name: string | null; email: string };
}

async function findAsked(
  { database }: Context,
  { ticketId, customerId }: CustomerSaid,
): Promise<Asked | null> {
  const [ticket, customer] = await Promise.all([
    database.ticket.findUnique({
      where: { id: ticketId },
      select: {
        title: true,
        requesterId: true,
        requesterName: true,
        organization: { select: { id: true, teamId: true } },
      },
    }),
    database.customer.findUnique({
      where: { id: customerId },
      select: { organizationId: true, name: true, email: true },
    }),
  ]);
  if (!ticket || customer?.organizationId !== ticket.organization.id) return null;
  const { id: organizationId, teamId } = ticket.organization;
  const { name, email } = customer;
  const called = customerId === ticket.requesterId ? ticket.requesterName : name === email ? null : name;
  return { organizationId, teamId, title: ticket.title, customer: { name: called, email } };
}

/** The same for both ways of keeping it. */
const onceKey = ({ dedupeKey }: CustomerSaid) => `customer:${dedupeKey}`;

async function append(
  transaction: Transaction,
  context: Context,
  { organizationId, teamId }: Asked,
  said: CustomerSaid,
): Promise<CustomerHeard | { mergedInto: string } | 'closed' | null> {
  const { ticketId } = said;
  const ticket = await lockTicket(transaction, { organizationId, ticketId });
  if (ticket.mergedIntoId !== null) return { mergedInto: ticket.mergedIntoId };
  if (ticket.status === 'closed') return 'closed';
  const now = context.now();
  const first = await transaction.$executeRaw`
    INSERT INTO intake (key, received_at, handled_at) VALUES (${onceKey(said)}, ${now}, ${now}) ON CONFLICT DO NOTHING`;
  if (first === 0) return null;
  await keepWords(transaction, context, organizationId, said);
  const reopens = ticket.status !== 'open';
  await transaction.ticket.updateMany({
    where: { id: ticketId },
    data: {
      activeAt: now,
      // Who left has no work again.
      ...(reopens && { status: 'open', resolvedAt: null, assigneeId: ticket.assignee?.memberId ?? null }),
    },
  });
  const { channelId, assignee } = ticket satisfies LockedTicket;
  await record(
    transaction,
    context,
    [],
    [
      ...(reopens ? [ticketCard(context, ticketId)] : []),
      ...ticketHomes(context, teamId, assignee ? [assignee.userId] : []),
      ...(channelId === null ? [] : [postInChannel({ organizationId, channelId })]),
    ],
  );
  return { ticketId, opened: null, goesOn: false };
}

async function keepWords(
  transaction: Transaction,
  context: Context,
  organizationId: string,
  { ticketId, customerId, text, messageId = context.newId(), attachments = [], mailId }: CustomerSaid,
): Promise<void> {
  const createdAt = context.now();
  await transaction.ticketMessage.create({
    data: {
      id: messageId,
      ticketId,
      customerId,
      text: fitText(text),
      createdAt,
      ...(mailId !== undefined && { mailId }),
    },
    select: { id: true },
  });
  const files = attachments.map(({ content, ...file }) => ({
    ...file,
    id: context.newId(),
    content: new Uint8Array(content),
    size: content.byteLength,
  }));
  await transaction.ticketAttachment.createMany({
    data: files.map((file) => ({ ...file, ticketId, messageId, createdAt })),
  });
  const line: Pick<Prisma.ThreadPostCreateManyInput, 'kind' | 'subjectId'>[] = [
    { kind: 'message', subjectId: messageId },
    ...files.map(({ id }) => ({ kind: 'file' as const, subjectId: id })),
  ];
  await transaction.threadPost.createMany({
    data: line.map((post) => ({ ...post, id: context.newId(), organizationId, ticketId })),
  });
}

/** A closed ticket goes on in one that this customer's earlier answer to it has opened, while that is not closed, or in a new one. */
async function goOn(context: Context, asked: Asked, said: CustomerSaid): Promise<CustomerHeard | null> {
  return context.database.$transaction(async (transaction) => {
    // Of several answers at once, one opens it and the others find it. The customer's row comes first, as where tickets are merged:
    // the new ticket asks for it.
    await lockPeople(transaction, [said.customerId]);
    if (!(await holdTicket(transaction, said.ticketId))) return null;
    const follower = await findFollower(transaction, said);
    const heard =
      follower === null
        ? 'closed'
        : await append(transaction, context, asked, { ...said, ticketId: follower });
    if (heard === null) return null;
    // Closed, or merged, at this moment: it goes on in one of its own.
    if (heard !== 'closed' && !('mergedInto' in heard)) return { ...heard, goesOn: true };
    return openFollower({ ...context, database: transaction }, asked, said);
  });
}

async function findFollower(
  transaction: Transaction,
  { ticketId, customerId }: CustomerSaid,
): Promise<string | null> {
  const [row] = await transaction.$queryRaw<{ id: string }[]>`
    WITH RECURSIVE following AS (
      SELECT t.id, t.status FROM tickets t WHERE t.preceding_id = ${ticketId}::uuid AND t.requester_id = ${customerId}::uuid
      UNION
      SELECT t.id, t.status FROM tickets t JOIN following f ON t.preceding_id = f.id
      WHERE f.status = 'closed' AND t.requester_id = ${customerId}::uuid)
    SELECT id::text FROM following WHERE status <> 'closed' ORDER BY id DESC LIMIT 1`;
  return row?.id ?? null;
}

async function openFollower(
  context: OpeningContext,
  { organizationId, teamId, title, customer }: Asked,
  said: CustomerSaid,
): Promise<CustomerHeard | null> {
  const { ticketId, text, messageId, attachments = [], source = 'email', mailId } = said;
  const opened = await openFromCustomer(context, {
    organizationId,
    teamId,
    requester: { ...customer, proven: false },
    title,
    text,
    source,
    precedingId: ticketId,
    attachments: attachments.map(({ content, ...file }) => ({ ...file, bytes: content })),
    onceKey: onceKey(said),
    ...(messageId !== undefined && { messageId }),
    ...(mailId !== undefined && { mailId }),
  });
  return opened && { ticketId: opened.id, opened: opened.number, goesOn: true };
}
