import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { permit } from '../../permissions.ts';
import { type Category, listCategories } from './list-categories.ts';

/**
 * The categories, for who may change them.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`, `organization_lapsed`, `organization_closing`.
 */
export async function prepareCategories(
  context: Pick<Context, 'database'>,
  actor: Actor,
): Promise<Category[]> {
  const member = requireMember(actor);
  permit(member, 'settings.manage');
  return listCategories(context, member);
}
