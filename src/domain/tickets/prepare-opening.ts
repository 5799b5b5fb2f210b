import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { permit } from '../permissions.ts';
import { type Category, listCategories } from './categories/list-categories.ts';

/**
 * What the form of a new ticket offers. Refuses before a form is filled in for nothing; openTicket decides.
 * @throws Refusal `no_organization`, `not_a_member`, `organization_lapsed`, `organization_closing`, `tickets_need_seats`.
 */
export async function prepareOpening(
  context: Pick<Context, 'database'>,
  actor: Actor,
): Promise<{ categories: Category[] }> {
  const member = requireMember(actor);
  permit(member, 'tickets.answer');
  const [organization, categories] = await Promise.all([
    context.database.organization.findUnique({
      where: { id: member.organizationId },
      select: { seatsPurchased: true },
    }),
    listCategories(context, member),
  ]);
  if (!organization) throw refuse('no_organization');
  if (organization.seatsPurchased === 0) throw refuse('tickets_need_seats');
  return { categories };
}
