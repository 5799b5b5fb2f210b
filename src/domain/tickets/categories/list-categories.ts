import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { permit } from '../../permissions.ts';

export interface Category {
  id: string;
  name: string;
}

/** The most that one organization offers. */
export const MOST_CATEGORIES = 50;

/**
 * The categories that are offered, in alphabetical order; never more than MOST_CATEGORIES.
 * @throws Refusal `no_organization`, `not_a_member`.
 */
export async function listCategories(context: Pick<Context, 'database'>, actor: Actor): Promise<Category[]> {
  const member = requireMember(actor);
  permit(member, 'organization.view');
  const categories = await context.database.ticketCategory.findMany({
    where: { organizationId: member.organizationId, archivedAt: null },
    select: { id: true, name: true },
    take: MOST_CATEGORIES,
  });
  return categories.sort((one, other) => one.name.localeCompare(other.name, 'en-GB'));
}
