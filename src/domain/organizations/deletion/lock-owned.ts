import type { Transaction } from '../../../database/client.ts';
import type { Member } from '../../actor.ts';
import { refuse } from '../../errors.ts';
import { permit } from '../../permissions.ts';
import { lockOrganization } from '../lock-organization.ts';

/**
 * The organization's name behind its lock, for who is its Owner there too: ownership may have moved since the actor was read.
 * @throws Refusal `not_allowed`, `no_organization`.
 */
export async function lockOwned(transaction: Transaction, owner: Member): Promise<{ name: string }> {
  permit(owner, 'organization.delete');
  const { organizationId, userId } = owner;
  const { name } = await lockOrganization(transaction, organizationId);
  const still = await transaction.member.count({
    where: { organizationId, userId, role: 'owner', status: 'active' },
  });
  if (still === 0) throw refuse('not_allowed', { roles: ['owner'] });
  return { name };
}
