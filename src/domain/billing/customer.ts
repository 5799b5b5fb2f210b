import type { Context } from '../context.ts';
import { isClosing } from '../organizations/deletion/open-deletion.ts';

/** What Stripe needs to know of an organization to sell it seats. */
export interface Account {
  organizationId: string;
  name: string;
  /** The Owner's, for receipts; null where Slack does not show it. */
  email: string | null;
  customerId: string | null;
  subscriptionId: string | null;
  /** It is being deleted: nothing more is sold to it. */
  closing: boolean;
}

/** Null where there is no such organization. */
export async function readAccount(
  context: Pick<Context, 'database'>,
  organizationId: string,
): Promise<Account | null> {
  const organization = await context.database.organization.findUnique({
    where: { id: organizationId },
    select: {
      name: true,
      stripeCustomerId: true,
      subscriptionId: true,
      members: { where: { role: 'owner', status: 'active' }, select: { email: true } },
    },
  });
  if (!organization) return null;
  const closing = await isClosing(context, organizationId);
  const { name, stripeCustomerId: customerId, subscriptionId, members } = organization;
  return { organizationId, name, email: members[0]?.email ?? null, customerId, subscriptionId, closing };
}

/**
 * Stores the customer made for an organization in the place of `instead` (null where it had none), and returns the one that
 * stands: where two made one at the same time, the first.
 */
export async function rememberCustomer(
  context: Pick<Context, 'database'>,
  organizationId: string,
  customerId: string,
  instead: string | null,
): Promise<string> {
  await context.database.organization.updateMany({
    where: { id: organizationId, stripeCustomerId: instead },
    data: { stripeCustomerId: customerId },
  });
  const organization = await context.database.organization.findUniqueOrThrow({
    where: { id: organizationId },
    select: { stripeCustomerId: true },
  });
  return organization.stripeCustomerId ?? customerId;
}
