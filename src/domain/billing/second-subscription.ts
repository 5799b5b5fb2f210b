import type { Context } from '../context.ts';
import { grantsSeats } from './subscription.ts';

/** Whether the organization's seats come from another subscription, which is paid. */
export async function isSecond(
  context: Pick<Context, 'database'>,
  { organizationId, subscriptionId }: { organizationId: string; subscriptionId: string },
): Promise<boolean> {
  const organization = await context.database.organization.findUnique({
    where: { id: organizationId },
    select: { subscriptionId: true, subscriptionStatus: true },
  });
  if (!organization || organization.subscriptionId === null) return false;
  return organization.subscriptionId !== subscriptionId && grantsSeats(organization.subscriptionStatus);
}

/** Whether we have begun to end this one because it was paid twice, and have not finished. */
export async function isBeingUnwound(
  context: Pick<Context, 'database'>,
  subscriptionId: string,
): Promise<boolean> {
  const where = { kind: 'paid_twice', subject: subscriptionId, resolvedAt: null };
  return (await context.database.billingFinding.count({ where })) > 0;
}
