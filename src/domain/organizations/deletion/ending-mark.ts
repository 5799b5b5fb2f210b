import type { Transaction } from '../../../database/client.ts';
import type { Context } from '../../context.ts';
import { record } from '../../record.ts';
import { isClosing, openStatuses } from './open-deletion.ts';
import { ownerNotices } from './whom-to-tell.ts';

// A deletion carries the mark of the subscription that we have set to end, or are about to. Whoever cancels in Stripe's
// portal sets no mark: what they ended stays ended when the organization is kept.

interface Ending {
  organizationId: string;
  subscriptionId: string;
}

/** Whether we have set this subscription to end, for this deletion or for an earlier one whose traces are not cleared yet. */
export async function isMarked(
  { database }: Pick<Context, 'database'>,
  { organizationId, subscriptionId }: Ending,
): Promise<boolean> {
  const marks = await database.organizationDeletion.count({ where: { organizationId, subscriptionId } });
  return marks > 0;
}

/** Before Stripe is told. False where the deletion was undone meanwhile. */
export async function markEnding(
  { database }: Pick<Context, 'database'>,
  deletionId: string,
  subscriptionId: string,
): Promise<boolean> {
  const { count } = await database.organizationDeletion.updateMany({
    where: { id: deletionId, status: 'requested' },
    data: { subscriptionId },
  });
  return count === 1;
}

/** The subscription that the organization of a deletion has to go on with, now that it is kept; null where there is none, or it is being deleted. */
export async function findMarked(
  context: Pick<Context, 'database'>,
  deletionId: string,
): Promise<Ending | null> {
  const { organizationDeletion } = context.database;
  const deletion = await organizationDeletion.findUnique({
    where: { id: deletionId },
    select: { organizationId: true },
  });
  if (!deletion || (await isClosing(context, deletion.organizationId))) return null;
  const { organizationId } = deletion;
  // Also an earlier deletion's, whose own job found this one under way and left the subscription to it.
  const marked = await organizationDeletion.findFirst({
    where: { organizationId, subscriptionId: { not: null } },
    orderBy: { requestedAt: 'desc' },
    select: { subscriptionId: true },
  });
  return marked?.subscriptionId ? { organizationId, subscriptionId: marked.subscriptionId } : null;
}

/** Clears the marks of a subscription that goes on. False, and nothing, where another deletion has begun meanwhile. */
export async function clearMarks(
  { database }: Pick<Context, 'database'>,
  { organizationId, subscriptionId }: Ending,
): Promise<boolean> {
  const cleared = await database.$executeRaw`
    UPDATE organization_deletions SET subscription_id = NULL
    WHERE organization_id = ${organizationId}::uuid AND subscription_id = ${subscriptionId}
      AND NOT EXISTS (SELECT FROM organization_deletions AS other
        WHERE other.organization_id = ${organizationId}::uuid AND other.status::text = ANY (${[...openStatuses]}))`;
  return cleared > 0;
}

/** Tells the Owner of an organization that is kept that its subscription ends all the same: Stripe could not be told. */
export async function tellThatItEnds(
  transaction: Transaction,
  context: Context,
  deletionId: string,
): Promise<void> {
  const deletion = await transaction.organizationDeletion.findUnique({ where: { id: deletionId } });
  const organization =
    deletion &&
    (await transaction.organization.findUnique({
      where: { id: deletion.organizationId },
      select: { endsAt: true },
    }));
  if (!deletion || !organization?.endsAt) return;
  const at = organization.endsAt.toISOString();
  const notices = await ownerNotices(transaction, deletion, { kind: 'subscription_ending', at });
  await record(transaction, context, [], notices);
}
