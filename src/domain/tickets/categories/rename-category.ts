import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';
import { readId } from '../../ids.ts';
import { lockOrganization } from '../../organizations/lock-organization.ts';
import { permit } from '../../permissions.ts';
import { record } from '../../record.ts';
import { outdated } from '../outdated.ts';
import { readCategoryName } from './category-name.ts';
import { refuseTaken } from './category-taken.ts';
import type { Category } from './list-categories.ts';

/**
 * Renames a category that is offered, for the tickets that have it too. The same name changes nothing.
 * @throws Refusal `not_allowed`, `category_unknown`; on `category`: `category_length`, `text_invalid`, `category_exists`.
 */
export async function renameCategory(
  context: Context,
  actor: Actor,
  input: { categoryId: string; name: string },
): Promise<Category> {
  const member = requireMember(actor);
  permit(member, 'settings.manage');
  const { organizationId } = member;
  const id = readId(input.categoryId);
  if (id === undefined) throw refuse('category_unknown');
  const name = readCategoryName(input.name);
  await context.database.$transaction(async (transaction) => {
    await lockOrganization(transaction, organizationId);
    const where = { id, organizationId, archivedAt: null };
    const before = await transaction.ticketCategory.findFirst({ where, select: { name: true } });
    if (before === null) throw refuse('category_unknown');
    if (before.name === name) return;
    await refuseTaken(transaction, { organizationId, name, own: id });
    await transaction.ticketCategory.updateMany({ where, data: { name } });
    await transaction.$executeRaw`
      UPDATE tickets SET active_at = ${outdated(context)}
      WHERE organization_id = ${organizationId}::uuid AND category_id = ${id}::uuid AND message_ts IS NULL`;
    const change = { action: 'category.renamed', before: { name: before.name }, after: { name } } as const;
    await record(transaction, context, [{ organizationId, by: member, ...change }], []);
  });
  return { id, name };
}
