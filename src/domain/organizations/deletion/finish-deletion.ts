import { resolveFindingsOf } from '../../billing/findings.ts';
import type { Context } from '../../context.ts';
import { effect, homeRefresh } from '../../effects.ts';
import { record } from '../../record.ts';
import { finishKey } from './carry-deletion.ts';
import { ownerNotices } from './whom-to-tell.ts';

/** How a deletion stands whose time may have come. */
export type Claim =
  /** Its time has come, and nobody can undo it any more. */
  | { kind: 'claimed'; organizationId: string; customerId: string | null; subscriptionId: string | null }
  /** Its time has not come, by this process's clock. */
  | { kind: 'early'; deleteAt: Date }
  /** It was undone, is done, or was never there. */
  | { kind: 'settled' };

/** Takes a deletion past the point of no return, by its status and the clock in one statement; again, it says the same. */
export async function claimDeletion(context: Context, deletionId: string): Promise<Claim> {
  const { database } = context;
  await database.organizationDeletion.updateMany({
    where: { id: deletionId, status: 'scheduled', deleteAt: { lte: context.now() } },
    data: { status: 'deleting' },
  });
  const deletion = await database.organizationDeletion.findUnique({ where: { id: deletionId } });
  if (deletion?.status === 'scheduled' && deletion.deleteAt) {
    return { kind: 'early', deleteAt: deletion.deleteAt };
  }
  if (deletion?.status !== 'deleting') return { kind: 'settled' };
  const { organizationId } = deletion;
  const organization = await database.organization.findUnique({
    where: { id: organizationId },
    select: { stripeCustomerId: true, subscriptionId: true },
  });
  return {
    kind: 'claimed',
    organizationId,
    customerId: organization?.stripeCustomerId ?? null,
    subscriptionId: organization?.subscriptionId ?? null,
  };
}

/**
 * Deletes the organization with everything of it, once its subscription is canceled for good. What is the workspace's stays:
 * the installation, what Slack says of its people, and who opened the App Home.
 */
export async function deleteOrganization(context: Context, deletionId: string): Promise<boolean> {
  return context.database.$transaction(
    async (transaction) => {
      const [deletion] = await transaction.organizationDeletion.updateManyAndReturn({
        where: { id: deletionId, status: 'deleting' },
        data: { status: 'done', settledAt: context.now(), subscriptionId: null },
      });
      if (!deletion) return false;
      // While the members are there to be asked.
      const told = await ownerNotices(transaction, deletion, { kind: 'deletion_done' });
      await resolveFindingsOf(transaction, context, deletion.organizationId);
      // Ahead of their messages, as everybody locks them: a message that is being written does not stand in the way.
      await transaction.ticket.deleteMany({ where: { organizationId: deletion.organizationId } });
      await transaction.organization.deleteMany({ where: { id: deletion.organizationId } });
      await record(transaction, context, [], [...told, homeRefresh(deletion.teamId)]);
      // Whoever watches one of the conversations hears that it is gone.
      await transaction.$executeRaw`SELECT pg_notify('conversations', '')`;
      return true;
    },
    { timeout: 600_000 },
  );
}

/** How many deletions one run takes up again. */
const AT_A_TIME = 500;

/** Has every deletion finished whose time has come, should what was to do it have been given up. Returns how many. */
export async function resumeDueDeletions(context: Context): Promise<number> {
  const due = await context.database.organizationDeletion.findMany({
    where: { status: { in: ['scheduled', 'deleting'] }, deleteAt: { lte: context.now() } },
    orderBy: { deleteAt: 'asc' },
    take: AT_A_TIME,
    select: { id: true },
  });
  const effects = due.map(({ id }) => effect('deletion.finish', { deletionId: id }, { key: finishKey(id) }));
  await record(context.database, context, [], effects);
  return due.length;
}
