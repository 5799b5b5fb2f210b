import type { Transaction } from '../../database/client.ts';
import { refuse } from '../errors.ts';
import { readId } from '../ids.ts';
import type { Role } from '../roles.ts';

export interface FoundMember {
  id: string;
  userId: string;
  name: string;
  role: Role;
}

/**
 * An active member of the organization, whose row stays locked until the transaction ends: what is decided on it holds.
 * @throws Refusal `member_unknown` where there is none, also for another organization's.
 */
export async function lockMember(
  transaction: Transaction,
  { organizationId, memberId }: { organizationId: string; memberId: string },
): Promise<FoundMember> {
  if (!readId(memberId)) throw refuse('member_unknown');
  const [member] = await transaction.$queryRaw<FoundMember[]>`
    SELECT id, user_id AS "userId", name, role::text AS role FROM members
    WHERE organization_id = ${organizationId}::uuid AND id = ${memberId}::uuid AND status = 'active' FOR NO KEY UPDATE`;
  if (!member) throw refuse('member_unknown');
  return member;
}
