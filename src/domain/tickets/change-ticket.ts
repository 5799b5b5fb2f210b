import type { Prisma, Transaction } from '../../database/client.ts';
import type { Member } from '../actor.ts';
import type { Context } from '../context.ts';
import { type Effect, ticketCard } from '../effects.ts';
import { type Change, record } from '../record.ts';
import { ticketHomes } from './home-effects.ts';
import { type LockedTicket, lockTicket } from './lock-ticket.ts';

/** What a change writes on a ticket, and what comes of it besides the card and the App Homes. */
export interface Alteration {
  data: Prisma.TicketUncheckedUpdateManyInput;
  audit?: Pick<Change, 'action' | 'before' | 'after'>;
  effects?: readonly Effect[];
  /** Whose App Home shows it at once. */
  homesOf?: readonly string[];
}

export interface TicketChanged {
  id: string;
  number: string;
  /** False where it was so already; then nothing was written. */
  changed: boolean;
}

/**
 * Changes a ticket behind its lock: `decide` sees it as it is and says what becomes of it, or null where it is so already.
 * `before` runs ahead of the lock, for who must be locked first. The ticket's message in the channel and the App Homes follow.
 * @throws Refusal `ticket_unknown`, and what `decide` throws.
 */
export async function changeTicket<P = undefined>(
  context: Context,
  member: Member,
  ticketId: string,
  decide: (ticket: LockedTicket, prepared: P) => Alteration | null,
  before?: (transaction: Transaction) => Promise<P>,
): Promise<TicketChanged> {
  const { organizationId, teamId } = member;
  return context.database.$transaction(async (transaction) => {
    const prepared = (await before?.(transaction)) as P;
    const ticket = await lockTicket(transaction, { organizationId, ticketId });
    const { id, number } = ticket;
    const alteration = decide(ticket, prepared);
    if (alteration === null) return { id, number, changed: false };
    const { data, audit, effects = [], homesOf = [] } = alteration;
    await transaction.ticket.updateMany({
      where: { id },
      data: { ...data, activeAt: context.now() },
    });
    const changes = audit ? [{ organizationId, by: member, subject: number, ...audit }] : [];
    await record(transaction, context, changes, [
      ticketCard(context, id),
      ...ticketHomes(context, teamId, homesOf),
      ...effects,
    ]);
    return { id, number, changed: true };
  });
}
