import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { permit } from '../permissions.ts';
import { changeTicket, type TicketChanged } from './change-ticket.ts';
import { isSettled, readStatus, type TicketStatus } from './ticket.ts';

/**
 * Sets a ticket's status: resolving, reopening and pending are for everybody, closing for Admins and the Owner. A settled
 * ticket keeps when it was settled; reopening forgets it. A merged ticket that is to be anything but closed is merged no more:
 * what its customer answers from then on stands in it again, and what was answered meanwhile stays where it is.
 * @throws Refusal `not_allowed`, `organization_lapsed`, `ticket_unknown`; `ticket_choice_unknown` on `status`.
 */
export async function setStatus(
  context: Context,
  actor: Actor,
  input: { ticketId: string; status: string },
): Promise<TicketChanged & { status: TicketStatus }> {
  const member = requireMember(actor);
  const status = readStatus(input.status);
  permit(member, status === 'closed' ? 'tickets.manage' : 'tickets.answer');
  const changed = await changeTicket(context, member, input.ticketId, (ticket) => {
    if (ticket.status === status) return null;
    const traced = status === 'closed' || ticket.status === 'closed';
    return {
      data: {
        status,
        ...(status !== 'closed' && { mergedIntoId: null }),
        resolvedAt: isSettled(status) ? (ticket.resolvedAt ?? context.now()) : null,
        // Nobody who has left gets work.
        ...(!isSettled(status) && { assigneeId: ticket.assignee?.memberId ?? null }),
      },
      ...(traced && {
        audit: {
          action: 'ticket.status_changed',
          before: { status: ticket.status, ...(ticket.mergedIntoId !== null && { merged: true }) },
          after: { status },
        },
      }),
      homesOf: [member.userId, ...(ticket.assignee ? [ticket.assignee.userId] : [])],
    };
  });
  return { ...changed, status };
}
