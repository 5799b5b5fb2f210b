import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { effect, homeRefresh } from '../effects.ts';
import { refuse } from '../errors.ts';
import { lockOrganization } from '../organizations/lock-organization.ts';
import { permit } from '../permissions.ts';
import { record } from '../record.ts';
import type { Role } from '../roles.ts';

/**
 * Makes another active member the Owner and the Owner an Admin, both or neither. There is one Owner at every moment: of
 * several transfers at once, one happens.
 * @throws Refusal `not_allowed`; on the field `member`: `transfer_to_self`, `member_unknown`; on the field `confirmation`:
 * `confirmation_mismatch`.
 */
export async function transferOwnership(
  context: Context,
  actor: Actor,
  input: { userId: string; confirmation: string },
): Promise<{ name: string }> {
  const owner = requireMember(actor);
  permit(owner, 'organization.transfer');
  const { organizationId, teamId } = owner;
  if (input.userId === owner.userId) throw refuse('transfer_to_self').on('member');
  return context.database.$transaction(async (transaction) => {
    const { name: expected } = await lockOrganization(transaction, organizationId);
    if (input.confirmation.trim() !== expected) {
      throw refuse('confirmation_mismatch', { expected }).on('confirmation');
    }
    const setRole = (userId: string, from: readonly Role[], role: Role) =>
      transaction.member.updateManyAndReturn({
        where: { organizationId, userId, status: 'active', role: { in: [...from] } },
        data: { role },
        select: { name: true },
      });
    // In this order: the index members_one_owner allows one at a time.
    const [former] = await setRole(owner.userId, ['owner'], 'admin');
    if (!former) throw refuse('not_allowed', { roles: ['owner'] });
    const [next] = await setRole(input.userId, ['admin', 'agent'], 'owner');
    if (!next) throw refuse('member_unknown').on('member');
    await record(
      transaction,
      context,
      [
        {
          organizationId,
          by: owner,
          action: 'organization.transferred',
          before: { owner: former.name },
          after: { owner: next.name },
        },
      ],
      [
        effect('notice', { teamId, userId: input.userId, notice: { kind: 'ownership_received' } }),
        homeRefresh(teamId),
      ],
    );
    return next;
  });
}
