import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';
import { readId } from '../../ids.ts';
import { permit } from '../../permissions.ts';
import { record } from '../../record.ts';
import type { Category } from './list-categories.ts';

/**
 * Offers a category no more; the tickets that have it keep it. Of several at once, one does it.
 * @throws Refusal `not_allowed`, `category_unknown`.
 */
export async function archiveCategory(
  context: Context,
  actor: Actor,
  { categoryId }: { categoryId: string },
): Promise<Category> {
  const member = requireMember(actor);
  permit(member, 'settings.manage');
  const { organizationId } = member;
  const id = readId(categoryId);
  if (id === undefined) throw refuse('category_unknown');
  return context.database.$transaction(async (transaction) => {
    const [archived] = await transaction.ticketCategory.updateManyAndReturn({
      where: { id, organizationId, archivedAt: null },
      data: { archivedAt: context.now() },
      select: { id: true, name: true },
    });
    if (!archived) throw refuse('category_unknown');
    const change = { action: 'category.archived', subject: archived.name } as const;
    await record(transaction, context, [{ organizationId, by: member, ...change }], []);
    return archived;
  });
}
