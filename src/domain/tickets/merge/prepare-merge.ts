import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';
import { permit } from '../../permissions.ts';
import { showTicket, type TicketCard } from '../find-ticket.ts';

/**
 * A ticket that somebody is about to merge into another; the merge itself decides again.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`, `organization_lapsed`, `organization_closing`,
 * `ticket_unknown`, `merge_done`.
 */
export async function prepareMerge(
  context: Context,
  actor: Actor,
  { ticketId }: { ticketId: string },
): Promise<TicketCard> {
  const member = requireMember(actor);
  permit(member, 'tickets.manage');
  const ticket = await showTicket(context, member, { ticketId });
  const { number, mergedInto } = ticket;
  if (mergedInto !== null) throw refuse('merge_done', { number, into: mergedInto.number });
  return ticket;
}
