import type { Context } from '../../context.ts';
import type { BilledOrganization, BilledTo } from '../billed-organization.ts';

/**
 * For each of these subscriptions the organization that it is about, as findBilledOrganization() tells it, in one statement.
 * One that is about none of ours is not in the answer.
 */
export async function findOwners(
  context: Pick<Context, 'database'>,
  subscriptions: readonly (BilledTo & { subscriptionId: string })[],
): Promise<Map<string, BilledOrganization>> {
  const ids = subscriptions.map(({ subscriptionId }) => subscriptionId);
  const customers = subscriptions.map(({ customerId }) => customerId);
  const organizations = subscriptions.map(({ organizationId }) => organizationId);
  const rows = await context.database.$queryRaw<(BilledOrganization & { listed: string })[]>`
    SELECT listed.subscription AS listed, found.id, found.subscription_id AS "subscriptionId"
      FROM unnest(${ids}::text[], ${customers}::text[], ${organizations}::uuid[])
        AS listed (subscription, customer, organization)
      CROSS JOIN LATERAL (
        SELECT 1 AS rank, id, subscription_id FROM organizations WHERE subscription_id = listed.subscription
        UNION ALL
        SELECT 2, id, subscription_id FROM organizations WHERE stripe_customer_id = listed.customer
        UNION ALL
        SELECT 3, id, subscription_id FROM organizations WHERE id = listed.organization
        ORDER BY rank LIMIT 1) found`;
  return new Map(rows.map(({ listed, ...organization }) => [listed, organization]));
}
