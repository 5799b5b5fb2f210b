import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';

/**
 * The name of what one is about to leave; leaveOrganization decides.
 * @throws Refusal `no_organization`, `not_a_member`, `owner_cannot_leave`.
 */
export async function prepareLeaving(context: Context, actor: Actor): Promise<{ name: string }> {
  const { organizationId, role } = requireMember(actor);
  if (role === 'owner') throw refuse('owner_cannot_leave');
  return context.database.organization.findUniqueOrThrow({
    where: { id: organizationId },
    select: { name: true },
  });
}
