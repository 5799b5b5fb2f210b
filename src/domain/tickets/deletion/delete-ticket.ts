import type { Transaction } from '../../../database/client.ts';
import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { type Effect, effect, ticketCard } from '../../effects.ts';
import { refuse } from '../../errors.ts';
import { readId } from '../../ids.ts';
import { permit } from '../../permissions.ts';
import { record } from '../../record.ts';
import { ticketHomes } from '../home-effects.ts';
import { lockPeople } from '../lock-people.ts';
import { type LockedTicket, lockTicket } from '../lock-ticket.ts';

/** As many of the cards that named the ticket show at once that it is gone; the others with their next change. */
const CARDS_SHOWN = 100;

/**
 * Deletes a ticket with its messages, notes and files, what waits for its thread, and whoever has no ticket and no word left here
 * then; whatever the subscription. Its number is never given again, and the audit trail keeps it. What waits to be mailed or
 * posted finds nothing and ends; the message in the channel follows by a job. Tickets that go on from it, or were merged into
 * it, stand alone. `confirmation` is its number, typed.
 * @throws Refusal `not_allowed`, `ticket_unknown`; `ticket_confirmation` on `confirmation`.
 */
export async function deleteTicket(
  context: Context,
  actor: Actor,
  { ticketId, confirmation }: { ticketId: string; confirmation: string },
): Promise<{ number: string }> {
  const member = requireMember(actor);
  permit(member, 'tickets.delete');
  if (!readId(ticketId)) throw refuse('ticket_unknown');
  const { organizationId, teamId, userId } = member;
  return context.database.$transaction(async (transaction) => {
    const people = await peopleOf(transaction, organizationId, ticketId);
    if (people.length === 0) throw refuse('ticket_unknown');
    await lockPeople(transaction, people);
    const ticket = await lockWithThoseThatLeadHere(transaction, organizationId, ticketId);
    const { number, assignee } = ticket;
    if (confirmation.trim().toUpperCase() !== number) {
      throw refuse('ticket_confirmation', { number }).on('confirmation');
    }
    const card = await cardGone(transaction, ticket, teamId);
    await transaction.ticket.deleteMany({ where: { id: ticketId } });
    await forgetPeople(transaction, people);
    await record(
      transaction,
      context,
      [{ organizationId, by: member, action: 'ticket.deleted', subject: number }],
      [
        ...ticket.leadingHere.slice(0, CARDS_SHOWN).map((id) => ticketCard(context, id)),
        ...ticketHomes(context, teamId, [userId, ...(assignee ? [assignee.userId] : [])]),
        ...card,
      ],
    );
    // Whoever watches the conversation hears that it is gone.
    await transaction.$executeRaw`SELECT pg_notify('conversations', ${ticketId})`;
    return { number };
  });
}

/** The requester, and whoever has words in the ticket. */
async function peopleOf(
  transaction: Transaction,
  organizationId: string,
  ticketId: string,
): Promise<string[]> {
  const rows = await transaction.$queryRaw<{ id: string }[]>`
    SELECT t.requester_id AS id FROM tickets t
    WHERE t.id = ${ticketId}::uuid AND t.organization_id = ${organizationId}::uuid
    UNION
    SELECT m.customer_id FROM ticket_messages m JOIN tickets t ON t.id = m.ticket_id
    WHERE t.id = ${ticketId}::uuid AND t.organization_id = ${organizationId}::uuid AND m.customer_id IS NOT NULL`;
  return rows.map(({ id }) => id);
}

/** Locks the ticket and those that its end changes, in the order of their ids, as merges do. */
async function lockWithThoseThatLeadHere(
  transaction: Transaction,
  organizationId: string,
  ticketId: string,
): Promise<LockedTicket & { leadingHere: string[] }> {
  const rows = await transaction.$queryRaw<{ id: string }[]>`
    SELECT id FROM tickets
    WHERE id = ${ticketId}::uuid OR merged_into_id = ${ticketId}::uuid OR preceding_id = ${ticketId}::uuid
    ORDER BY id FOR NO KEY UPDATE`;
  const leadingHere = rows.map(({ id }) => id).filter((id) => id !== ticketId);
  return { ...(await lockTicket(transaction, { organizationId, ticketId })), leadingHere };
}

/** Has its message in the channel deleted: the one that stands there, or the one that a worker that died may have posted. */
async function cardGone(
  transaction: Transaction,
  { id: ticketId, channelId, messageTs }: LockedTicket,
  teamId: string,
): Promise<Effect[]> {
  if (channelId !== null && messageTs !== null) {
    return [effect('ticket.unpost', { teamId, channelId, ticketId, ts: messageTs })];
  }
  const slots = await transaction.channelSlot.findMany({ where: { teamId, posting: ticketId } });
  return slots.map(({ channelId, since, freeAt }) =>
    effect(
      'ticket.unpost',
      { teamId, channelId, ticketId, ts: null, ...(since && { since: since.toISOString() }) },
      // Whoever posts there has finished by then, or is dead.
      { availableAt: freeAt },
    ),
  );
}

/** By one statement a person: nobody opens a ticket for them meanwhile, and who has words in another ticket has had them before. */
async function forgetPeople(transaction: Transaction, people: readonly string[]): Promise<void> {
  for (const id of [...people].sort()) {
    await transaction.$executeRaw`
      DELETE FROM customers WHERE id = ${id}::uuid
        AND NOT EXISTS (SELECT FROM tickets WHERE requester_id = ${id}::uuid)
        AND NOT EXISTS (SELECT FROM ticket_messages WHERE customer_id = ${id}::uuid)`;
  }
}
