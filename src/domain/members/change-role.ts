import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { effect, homeRefresh } from '../effects.ts';
import { refuse } from '../errors.ts';
import { permit } from '../permissions.ts';
import { record } from '../record.ts';
import { grantableRoles, outranks } from '../roles.ts';
import { type FoundMember, lockMember } from './lock-member.ts';

/**
 * Makes an Agent an Admin or an Admin an Agent, and tells them.
 * @throws Refusal `not_allowed`, `member_unknown`, `owner_untouchable`, `above_your_rank`, `role_not_invitable`,
 * `role_unchanged`.
 */
export async function changeRole(
  context: Context,
  actor: Actor,
  input: { memberId: string; role: string },
): Promise<FoundMember> {
  const member = requireMember(actor);
  permit(member, 'members.manage');
  const role = grantableRoles.find((grantable) => grantable === input.role);
  if (!role) throw refuse('role_not_invitable');
  const { organizationId, teamId } = member;
  return context.database.$transaction(async (transaction) => {
    const before = await lockMember(transaction, { organizationId, memberId: input.memberId });
    if (before.role === 'owner') throw refuse('owner_untouchable');
    if (outranks(before.role, member.role) || outranks(role, member.role)) throw refuse('above_your_rank');
    if (before.role === role) throw refuse('role_unchanged', { name: before.name, role });
    await transaction.member.update({ where: { id: before.id }, data: { role }, select: { id: true } });
    await record(
      transaction,
      context,
      [
        {
          organizationId,
          by: member,
          action: 'member.role_changed',
          subject: before.name,
          before: { role: before.role },
          after: { role },
        },
      ],
      [
        effect('notice', { teamId, userId: before.userId, notice: { kind: 'role_changed', role } }),
        homeRefresh(teamId),
      ],
    );
    return { ...before, role };
  });
}
