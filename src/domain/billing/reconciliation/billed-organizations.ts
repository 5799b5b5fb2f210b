import type { Prisma, SubscriptionStatus } from '../../../database/client.ts';
import type { Context } from '../../context.ts';
import { openStatuses } from '../../seats/transitions.ts';
import { grantsSeats, type SubscriptionReading } from '../subscription.ts';

/** What an organization's billing says here. */
export interface Billing {
  organizationId: string;
  subscriptionId: string | null;
  status: SubscriptionStatus | null;
  purchased: number;
  /** The least that a seat change asks for which is not settled; null where there is none. */
  wanted: number | null;
}

const columns = {
  id: true,
  subscriptionId: true,
  subscriptionStatus: true,
  seatsPurchased: true,
  seatChanges: {
    where: { status: { in: [...openStatuses] } },
    orderBy: { toQuantity: 'asc' },
    take: 1,
    select: { toQuantity: true },
  },
} as const satisfies Prisma.OrganizationSelect;

/** One page of the organizations that are known at Stripe, in the order of their ids. */
export async function listBilled(
  context: Pick<Context, 'database'>,
  { after, limit }: { after: string | null; limit: number },
): Promise<Billing[]> {
  return select(context, {
    where: {
      ...(after !== null && { id: { gt: after } }),
      OR: [{ stripeCustomerId: { not: null } }, { subscriptionId: { not: null } }],
    },
    orderBy: { id: 'asc' },
    take: limit,
  });
}

/** The same of these organizations, as far as they are there. */
export async function readBilled(
  context: Pick<Context, 'database'>,
  organizationIds: readonly string[],
): Promise<Map<string, Billing>> {
  const rows = await select(context, { where: { id: { in: [...organizationIds] } } });
  return new Map(rows.map((row) => [row.organizationId, row]));
}

/** Of what a reconciliation says that it repaired it. */
export function differs(one: Billing, other: Billing): boolean {
  return (
    one.subscriptionId !== other.subscriptionId ||
    one.status !== other.status ||
    one.purchased !== other.purchased
  );
}

/** What `billing` would be after a reading, without having it applied: for a comparison that changes nothing. */
export function billingUnder(
  billing: Billing,
  { subscriptionId, status, quantity }: Pick<SubscriptionReading, 'subscriptionId' | 'status' | 'quantity'>,
): Billing {
  const granted = Math.min(quantity, billing.wanted ?? quantity);
  return { ...billing, subscriptionId, status, purchased: grantsSeats(status) ? granted : 0 };
}

async function select(
  context: Pick<Context, 'database'>,
  query: Pick<Prisma.OrganizationFindManyArgs, 'where' | 'orderBy' | 'take'>,
): Promise<Billing[]> {
  const rows = await context.database.organization.findMany({ ...query, select: columns });
  return rows.map(({ id, subscriptionId, subscriptionStatus, seatsPurchased, seatChanges }) => ({
    organizationId: id,
    subscriptionId,
    status: subscriptionStatus,
    purchased: seatsPurchased,
    wanted: seatChanges[0]?.toQuantity ?? null,
  }));
}
