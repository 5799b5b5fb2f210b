import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { permit } from '../permissions.ts';

/**
 * What the form of a transfer shows: the organization's name, which confirms it. Refuses before a form is filled in for
 * nothing; transferOwnership decides.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`, `transfer_to_self`, `transfer_needs_member`.
 */
export async function prepareTransfer(
  context: Context,
  actor: Actor,
  { userId }: { userId?: string } = {},
): Promise<{ name: string }> {
  const owner = requireMember(actor);
  permit(owner, 'organization.transfer');
  if (userId === owner.userId) throw refuse('transfer_to_self');
  const organization = await context.database.organization.findUniqueOrThrow({
    where: { id: owner.organizationId },
    select: {
      name: true,
      members: { where: { userId: userId ?? '', status: 'active' }, select: { id: true } },
    },
  });
  if (userId !== undefined && organization.members.length === 0) throw refuse('transfer_needs_member');
  return { name: organization.name };
}
