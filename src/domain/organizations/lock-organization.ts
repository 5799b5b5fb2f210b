import type { Transaction } from '../../database/client.ts';
import { refuse } from '../errors.ts';

export interface LockedOrganization {
  name: string;
  description: string | null;
  prefix: string;
  joinLink: string | null;
  /** Who is billed at Stripe; null before anything was bought. */
  customerId: string | null;
}

/**
 * The organization as it is behind its row's lock, which is held until the transaction ends.
 * @throws Refusal `no_organization` where it is gone.
 */
export async function lockOrganization(
  transaction: Transaction,
  organizationId: string,
): Promise<LockedOrganization> {
  const [organization] = await transaction.$queryRaw<LockedOrganization[]>`
    SELECT name, description, prefix, join_link AS "joinLink", stripe_customer_id AS "customerId"
    FROM organizations
    WHERE id = ${organizationId}::uuid FOR NO KEY UPDATE`;
  if (!organization) throw refuse('no_organization');
  return organization;
}
