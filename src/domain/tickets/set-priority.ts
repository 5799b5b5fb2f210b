import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { permit } from '../permissions.ts';
import { changeTicket, type TicketChanged } from './change-ticket.ts';
import { readPriority, type TicketPriority } from './ticket.ts';

/**
 * Sets a ticket's priority.
 * @throws Refusal `not_allowed`, `organization_lapsed`, `ticket_unknown`; `ticket_choice_unknown` on `priority`.
 */
export async function setPriority(
  context: Context,
  actor: Actor,
  input: { ticketId: string; priority: string },
): Promise<TicketChanged & { priority: TicketPriority }> {
  const member = requireMember(actor);
  permit(member, 'tickets.manage');
  const priority = readPriority(input.priority);
  const changed = await changeTicket(context, member, input.ticketId, (ticket) =>
    ticket.priority === priority
      ? null
      : { data: { priority }, homesOf: ticket.assignee ? [ticket.assignee.userId] : [] },
  );
  return { ...changed, priority };
}
