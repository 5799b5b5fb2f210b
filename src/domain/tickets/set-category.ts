import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { readId } from '../ids.ts';
import { permit } from '../permissions.ts';
import { changeTicket, type TicketChanged } from './change-ticket.ts';

/**
 * Puts a ticket into a category of the organization that is offered, or with null into none.
 * @throws Refusal `not_allowed`, `organization_lapsed`, `ticket_unknown`; `category_unknown` on `category`.
 */
export async function setCategory(
  context: Context,
  actor: Actor,
  { ticketId, categoryId }: { ticketId: string; categoryId: string | null },
): Promise<TicketChanged> {
  const member = requireMember(actor);
  permit(member, 'tickets.manage');
  const unknown = refuse('category_unknown').on('category');
  if (categoryId !== null && !readId(categoryId)) throw unknown;
  return changeTicket(
    context,
    member,
    ticketId,
    (ticket, offered: boolean) => {
      if (ticket.categoryId === categoryId) return null;
      if (!offered) throw unknown;
      return { data: { categoryId } };
    },
    async (transaction) =>
      categoryId === null ||
      (await transaction.ticketCategory.count({
        where: { id: categoryId, organizationId: member.organizationId, archivedAt: null },
      })) > 0,
  );
}
