import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { may, permit } from '../permissions.ts';
import { showTicket, type TicketCard } from './find-ticket.ts';
import { statuses, type TicketStatus } from './ticket.ts';

/** What a button on a ticket's card changes. */
export type Field = 'assignee' | 'status' | 'priority' | 'category' | 'note';

export interface PreparedChange {
  ticket: TicketCard;
  /** The statuses that this member may choose. */
  statuses: readonly TicketStatus[];
  /** The categories that are offered, by name; empty unless it is about them. */
  categories: readonly { id: string; name: string }[];
}

/**
 * A ticket that somebody is about to change, with what there is to choose from; the change itself decides again.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`, `organization_lapsed`, `organization_closing`, `ticket_unknown`.
 */
export async function prepareChange(
  context: Context,
  actor: Actor,
  { ticketId, field }: { ticketId: string; field: Field },
): Promise<PreparedChange> {
  const member = requireMember(actor);
  permit(member, field === 'priority' || field === 'category' ? 'tickets.manage' : 'tickets.answer');
  const ticket = await showTicket(context, member, { ticketId });
  const categories =
    field === 'category'
      ? await context.database.ticketCategory.findMany({
          where: { organizationId: member.organizationId, archivedAt: null },
          select: { id: true, name: true },
          orderBy: [{ name: 'asc' }, { id: 'asc' }],
          take: 99,
        })
      : [];
  const mayClose = may(member.role, 'tickets.manage');
  return { ticket, categories, statuses: statuses.filter((status) => mayClose || status !== 'closed') };
}
