import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';
import { lockOrganization } from '../../organizations/lock-organization.ts';
import { permit } from '../../permissions.ts';
import { record } from '../../record.ts';
import { readCategoryName } from './category-name.ts';
import { refuseTaken } from './category-taken.ts';
import { type Category, MOST_CATEGORIES } from './list-categories.ts';

/**
 * Offers a category for tickets from now on.
 * @throws Refusal `not_allowed`; on `category`: `category_length`, `text_invalid`, `category_exists`, `categories_full`.
 */
export async function addCategory(
  context: Context,
  actor: Actor,
  input: { name: string },
): Promise<Category> {
  const member = requireMember(actor);
  permit(member, 'settings.manage');
  const { organizationId } = member;
  const category = { id: context.newId(), name: readCategoryName(input.name) };
  await context.database.$transaction(async (transaction) => {
    // Behind the lock what is counted and compared below stays true until the row is in.
    await lockOrganization(transaction, organizationId);
    await refuseTaken(transaction, { organizationId, name: category.name });
    const offered = await transaction.ticketCategory.count({ where: { organizationId, archivedAt: null } });
    if (offered >= MOST_CATEGORIES) {
      throw refuse('categories_full', { most: MOST_CATEGORIES }).on('category');
    }
    await transaction.ticketCategory.create({
      data: { ...category, organizationId, createdAt: context.now() },
      select: { id: true },
    });
    const change = { organizationId, by: member, action: 'category.added', subject: category.name } as const;
    await record(transaction, context, [change], []);
  });
  return category;
}
