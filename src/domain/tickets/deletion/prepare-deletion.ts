import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { permit } from '../../permissions.ts';
import { showTicket, type TicketCard } from '../find-ticket.ts';

/**
 * A ticket that somebody is about to delete; the deletion itself decides again.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`, `ticket_unknown`.
 */
export async function prepareDeletion(
  context: Context,
  actor: Actor,
  { ticketId }: { ticketId: string },
): Promise<TicketCard> {
  const member = requireMember(actor);
  permit(member, 'tickets.delete');
  return showTicket(context, member, { ticketId });
}
