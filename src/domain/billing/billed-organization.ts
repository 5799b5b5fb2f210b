import type { SubscriptionStatus } from '../../database/client.ts';
import type { Context } from '../context.ts';

/** Whom something at Stripe is about, as far as it says. */
export interface BilledTo {
  subscriptionId: string | null;
  customerId: string | null;
  /** What our Checkout wrote into it. */
  organizationId: string | null;
}

export interface BilledOrganization {
  id: string;
  /** The organization's own subscription; null where it has none yet. */
  subscriptionId: string | null;
  status: SubscriptionStatus | null;
}

/**
 * The organization that something at Stripe is about; null where it is none of ours. What we stored ourselves goes before
 * what stands in Stripe's metadata, which anybody can edit in the dashboard.
 */
export async function findBilledOrganization(
  context: Pick<Context, 'database'>,
  { subscriptionId, customerId, organizationId }: BilledTo,
): Promise<BilledOrganization | null> {
  const [row] = await context.database.$queryRaw<BilledOrganization[]>`
    SELECT id, subscription_id AS "subscriptionId", status::text FROM (
      SELECT 1 AS rank, id, subscription_id, subscription_status AS status
      FROM organizations WHERE subscription_id = ${subscriptionId}
      UNION ALL
      SELECT 2, id, subscription_id, subscription_status FROM organizations WHERE stripe_customer_id = ${customerId}
      UNION ALL
      SELECT 3, id, subscription_id, subscription_status FROM organizations WHERE id = ${organizationId}::uuid
    ) found ORDER BY rank LIMIT 1`;
  return row ?? null;
}
