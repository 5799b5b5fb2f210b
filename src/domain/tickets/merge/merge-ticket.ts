import type { Transaction } from '../../../database/client.ts';
import { type Actor, type Member, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { ticketCard } from '../../effects.ts';
import { refuse } from '../../errors.ts';
import { readId } from '../../ids.ts';
import { formatTicketNumber } from '../../organizations/ticket-number.ts';
import { permit } from '../../permissions.ts';
import { record } from '../../record.ts';
import { postInChannel } from '../channel/post-effects.ts';
import { ticketHomes } from '../home-effects.ts';
import { lockPeople } from '../lock-people.ts';
import { type LockedTicket, lockTicket } from '../lock-ticket.ts';
import { readTicketNumber } from '../ticket.ts';
import { readNumber } from './read-number.ts';

export interface TicketMerged {
  /** Of the duplicate, which is closed now. */
  number: string;
  /** Of the ticket that goes on. */
  into: string;
}

/**
 * Closes a ticket as the duplicate of another one of the same requester, whose number is `into` as somebody wrote it. It keeps its
 * number, its thread and its words; what its customer answers from then on is recorded in the other. Both threads are told. Of
 * any two merges of one person's tickets the later one sees the earlier, so that none leads to a merged ticket.
 * @throws Refusal `not_allowed`, `organization_lapsed`, `organization_closing`, `ticket_unknown`; on `into`: `merge_unknown`,
 * `merge_itself`, `merge_other_requester`, `merge_done`, `merge_into_merged`, `merge_of_target`.
 */
export async function mergeTicket(
  context: Context,
  actor: Actor,
  { ticketId, into }: { ticketId: string; into: string },
): Promise<TicketMerged> {
  const member = requireMember(actor);
  permit(member, 'tickets.manage');
  if (!readId(ticketId)) throw refuse('ticket_unknown');
  const { organizationId } = member;
  return context.database.$transaction(async (transaction) => {
    const asked = await transaction.ticket.findFirst({
      where: { id: ticketId, organizationId },
      select: { requesterId: true },
    });
    if (!asked) throw refuse('ticket_unknown');
    const targetId = await findTarget(transaction, organizationId, into);
    if (targetId === ticketId) throw refuse('merge_itself').on('into');
    await lockPeople(transaction, [asked.requesterId]);
    const [duplicate, target] = await lockBoth(transaction, organizationId, ticketId, targetId);
    await judge(transaction, duplicate, target);
    await transaction.ticket.updateMany({
      where: { id: duplicate.id },
      data: {
        status: 'closed',
        resolvedAt: duplicate.resolvedAt ?? context.now(),
        mergedIntoId: target.id,
        activeAt: context.now(),
      },
    });
    await tell(transaction, context, member, duplicate, target);
    return { number: duplicate.number, into: target.number };
  });
}

/** By its number, of any prefix and in any case; without a prefix it is one of the present prefix. */
async function findTarget(transaction: Transaction, organizationId: string, text: string): Promise<string> {
  const asked = readTicketNumber(text);
  const [found] = asked
    ? await transaction.$queryRaw<{ id: string }[]>`
        SELECT t.id FROM tickets t JOIN organizations o ON o.id = t.organization_id
        WHERE o.id = ${organizationId}::uuid AND t.prefix = coalesce(${asked.prefix}::text, o.prefix)
          AND t.number = ${asked.number}::int`
    : [];
  if (!found) throw refuse('merge_unknown').on('into');
  return found.id;
}

/** In the order of their ids, whichever is merged into which. */
async function lockBoth(
  transaction: Transaction,
  organizationId: string,
  duplicateId: string,
  targetId: string,
): Promise<[duplicate: LockedTicket, target: LockedTicket]> {
  const lock = (ticketId: string) => lockTicket(transaction, { organizationId, ticketId });
  if (duplicateId < targetId) return [await lock(duplicateId), await lock(targetId)];
  const target = await lock(targetId);
  return [await lock(duplicateId), target];
}

async function judge(transaction: Transaction, duplicate: LockedTicket, target: LockedTicket): Promise<void> {
  const { number } = duplicate;
  if (duplicate.mergedIntoId !== null) {
    const into = await readNumber(transaction, duplicate.mergedIntoId);
    throw refuse('merge_done', { number, into }).on('into');
  }
  if (target.requesterId !== duplicate.requesterId) {
    throw refuse('merge_other_requester', { number: target.number }).on('into');
  }
  const first = await transaction.ticket.findFirst({
    where: { mergedIntoId: duplicate.id },
    orderBy: { id: 'asc' },
    select: { prefix: true, number: true },
  });
  if (first) {
    const of = formatTicketNumber(first.prefix, first.number);
    throw refuse('merge_of_target', { number, duplicate: of }).on('into');
  }
  if (target.mergedIntoId === null) return;
  const into = await readNumber(transaction, target.mergedIntoId);
  throw refuse('merge_into_merged', { number: target.number, into }).on('into');
}

/** The card of the duplicate, both threads, the App Homes and the audit trail. */
async function tell(
  transaction: Transaction,
  context: Context,
  member: Member,
  duplicate: LockedTicket,
  target: LockedTicket,
): Promise<void> {
  const { organizationId, teamId, userId } = member;
  const { id: subjectId } = duplicate;
  // Of a merge that was undone, before the thread was told of it.
  await transaction.threadPost.deleteMany({ where: { kind: 'absorbed', subjectId } });
  await transaction.threadPost.createMany({
    data: [
      { id: context.newId(), organizationId, ticketId: subjectId, kind: 'merged', subjectId },
      { id: context.newId(), organizationId, ticketId: target.id, kind: 'absorbed', subjectId },
    ],
    skipDuplicates: true,
  });
  const channels = [duplicate.channelId, target.channelId].filter((channelId) => channelId !== null);
  const homesOf = [userId, ...(duplicate.assignee ? [duplicate.assignee.userId] : [])];
  await record(
    transaction,
    context,
    [
      {
        organizationId,
        by: member,
        action: 'ticket.merged',
        subject: duplicate.number,
        after: { into: target.number },
      },
    ],
    [
      ticketCard(context, duplicate.id),
      ...ticketHomes(context, teamId, homesOf),
      ...[...new Set(channels)].sort().map((channelId) => postInChannel({ organizationId, channelId })),
    ],
  );
}
