import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { effect } from '../effects.ts';
import { refuse } from '../errors.ts';
import { permit } from '../permissions.ts';
import { outranks } from '../roles.ts';
import { depart } from './depart.ts';
import { lockMember } from './lock-member.ts';

/**
 * Removes a member: the seat is free at once, what they wrote stays, and they are told. Of several who press at once, one
 * does it. Removing oneself is leaving.
 * @throws Refusal `not_allowed`, `member_unknown`, `owner_untouchable`, `above_your_rank`.
 */
export async function removeMember(
  context: Context,
  actor: Actor,
  input: { memberId: string },
): Promise<{ name: string }> {
  const member = requireMember(actor);
  permit(member, 'members.manage');
  const { organizationId, teamId } = member;
  return context.database.$transaction(async (transaction) => {
    const target = await lockMember(transaction, { organizationId, memberId: input.memberId });
    if (target.role === 'owner') throw refuse('owner_untouchable');
    if (outranks(target.role, member.role)) throw refuse('above_your_rank');
    const self = target.id === member.memberId;
    await depart(transaction, context, target, {
      organizationId,
      teamId,
      by: member,
      action: self ? 'member.left' : 'member.removed',
      effects: self ? [] : [effect('notice', { teamId, userId: target.userId, notice: { kind: 'removed' } })],
    });
    return { name: target.name };
  });
}
