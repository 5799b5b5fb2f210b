import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { depart } from './depart.ts';
import { lockMember } from './lock-member.ts';

/**
 * Gives one's own seat back. Everybody may but the Owner.
 * @throws Refusal `not_a_member`, `owner_cannot_leave`.
 */
export async function leaveOrganization(context: Context, actor: Actor): Promise<void> {
  const member = requireMember(actor);
  const { organizationId, teamId, memberId } = member;
  if (member.role === 'owner') throw refuse('owner_cannot_leave');
  await context.database.$transaction(async (transaction) => {
    const self = await lockMember(transaction, { organizationId, memberId });
    // Ownership may have arrived since the actor was read.
    if (self.role === 'owner') throw refuse('owner_cannot_leave');
    await depart(transaction, context, self, { organizationId, teamId, by: member, action: 'member.left' });
  });
}
