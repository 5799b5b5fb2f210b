import type { Transaction } from '../../database/client.ts';
import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { customerUpdates, effect, homeRefresh } from '../effects.ts';
import { refuse } from '../errors.ts';
import { lockOrganization } from '../organizations/lock-organization.ts';
import { permit } from '../permissions.ts';
import { record } from '../record.ts';
import type { Role } from '../roles.ts';

/**
 * Makes another active member the Owner and the Owner an Admin, both or neither. There is one Owner at every moment: of
 * several transfers at once, one happens. Who is a guest by now, or deactivated, could do nothing with it and cannot get it.
 * @throws Refusal `not_allowed`; on the field `member`: `transfer_to_self`, `transfer_needs_member`; on the field
 * `confirmation`: `confirmation_mismatch`.
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
    const { name: expected, customerId } = await lockOrganization(transaction, organizationId);
    // In the form in which names are stored: two keyboards may spell one é differently.
    if (input.confirmation.trim().normalize('NFC') !== expected) {
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
    if (!next || !(await mayHold(transaction, teamId, input.userId))) {
      throw refuse('transfer_needs_member').on('member');
    }
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
        ...customerUpdates(organizationId, customerId),
      ],
    );
    return next;
  });
}

/** False where Slack has said that somebody is deactivated or no full member of the workspace: see identify.ts. */
async function mayHold(transaction: Transaction, teamId: string, userId: string): Promise<boolean> {
  const known = await transaction.slackPerson.findUnique({
    where: { teamId_userId: { teamId, userId } },
    select: { standing: true, deactivated: true },
  });
  return known === null || (known.standing === 'full' && !known.deactivated);
}
