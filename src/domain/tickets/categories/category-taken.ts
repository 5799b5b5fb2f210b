import type { Transaction } from '../../../database/client.ts';
import { refuse } from '../../errors.ts';

/**
 * Refuses a name that another category has which is offered, whatever its case. To be asked behind the organization's lock.
 * @throws Refusal `category_exists`, on `category`.
 */
export async function refuseTaken(
  transaction: Pick<Transaction, '$queryRaw'>,
  { organizationId, name, own = null }: { organizationId: string; name: string; own?: string | null },
): Promise<void> {
  const taken = await transaction.$queryRaw<unknown[]>`
    SELECT FROM ticket_categories
    WHERE organization_id = ${organizationId}::uuid AND archived_at IS NULL AND lower(name) = lower(${name})
      AND id IS DISTINCT FROM ${own}::uuid`;
  if (taken.length > 0) throw refuse('category_exists', { name }).on('category');
}
