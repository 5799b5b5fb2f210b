import type { SubscriptionStatus, Transaction } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { type Effect, effect } from '../effects.ts';
import { grantsSeats } from './subscription.ts';

/**
 * Whether the organization's seats come from another subscription, which is paid. It waits for a reading that is being applied,
 * so that what was written down before is either seen by that reading, or seen here to be wrong.
 */
export async function isSecond(
  context: Pick<Context, 'database'>,
  { organizationId, subscriptionId }: { organizationId: string; subscriptionId: string },
): Promise<boolean> {
  const [organization] = await context.database.$queryRaw<
    { own: string | null; status: SubscriptionStatus | null }[]
  >`
    SELECT subscription_id AS own, subscription_status::text AS status FROM organizations
     WHERE id = ${organizationId}::uuid FOR SHARE`;
  if (!organization || organization.own === null) return false;
  return organization.own !== subscriptionId && grantsSeats(organization.status);
}

/** The organization's own subscription, where it gives seats and is not this one; null where it is none such. */
export async function firstOf(
  context: Pick<Context, 'database'>,
  { organizationId, subscriptionId }: { organizationId: string; subscriptionId: string },
): Promise<string | null> {
  const organization = await context.database.organization.findUnique({
    where: { id: organizationId },
    select: { subscriptionId: true, subscriptionStatus: true },
  });
  if (!organization || !grantsSeats(organization.subscriptionStatus)) return null;
  return organization.subscriptionId === subscriptionId ? null : organization.subscriptionId;
}

/** What reads the subscriptions that are on the open list as second ones of the organization. */
export async function readingsOfSeconds(transaction: Transaction, organizationId: string): Promise<Effect[]> {
  const seconds = await transaction.billingFinding.findMany({
    where: { organizationId, kind: 'two_subscriptions', resolvedAt: null },
    select: { subject: true },
  });
  return seconds.map(({ subject: subscriptionId }) =>
    effect(
      'subscription.read',
      { organizationId, subscriptionId },
      { key: `subscription:${subscriptionId}` },
    ),
  );
}

/** Whether we have begun to end this one because it was paid twice, and have not finished. */
export async function isBeingUnwound(
  context: Pick<Context, 'database'>,
  subscriptionId: string,
): Promise<boolean> {
  const where = { kind: 'paid_twice', subject: subscriptionId, resolvedAt: null };
  return (await context.database.billingFinding.count({ where })) > 0;
}
