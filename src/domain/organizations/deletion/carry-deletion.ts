import type { Transaction } from '../../../database/client.ts';
import type { Context } from '../../context.ts';
import { effect, homeRefresh } from '../../effects.ts';
import { record } from '../../record.ts';
import { deletionNotices, findOwner, ownerNotices } from './whom-to-tell.ts';

/** How long everything stays, from the moment the data was handed over. */
const GRACE_DAYS = 7;
const DAY_MS = 86_400_000;

/** What the jobs of a deletion begin with. */
export interface CarriedDeletion {
  id: string;
  organizationId: string;
  teamId: string;
  status: 'requested' | 'exporting';
  requestedAt: Date;
  customerId: string | null;
  /** The organization's own. */
  subscriptionId: string | null;
  /** A seat change is being sent to Stripe at this moment. */
  changeUnderWay: boolean;
}

/** Null where the deletion is past its export, settled, or was never there. */
export async function readCarried(
  context: Pick<Context, 'database'>,
  deletionId: string,
): Promise<CarriedDeletion | null> {
  const deletion = await context.database.organizationDeletion.findFirst({
    where: { id: deletionId, status: { in: ['requested', 'exporting'] } },
  });
  if (!deletion) return null;
  const { id, organizationId, teamId, status, requestedAt } = deletion;
  const organization = await context.database.organization.findUnique({
    where: { id: organizationId },
    select: {
      stripeCustomerId: true,
      subscriptionId: true,
      seatChanges: { where: { status: 'sent' }, select: { id: true }, take: 1 },
    },
  });
  if (!organization) return null;
  return {
    id,
    organizationId,
    teamId,
    status: status as CarriedDeletion['status'],
    requestedAt,
    customerId: organization.stripeCustomerId,
    subscriptionId: organization.subscriptionId,
    changeUnderWay: organization.seatChanges.length > 0,
  };
}

/** The billing is stopped: the export begins. False where the deletion was undone meanwhile. */
export async function beginExport(context: Context, deletionId: string): Promise<boolean> {
  return context.database.$transaction(async (transaction) => {
    const { count } = await transaction.organizationDeletion.updateMany({
      where: { id: deletionId, status: 'requested' },
      data: { status: 'exporting' },
    });
    if (count === 1) await record(transaction, context, [], [effect('deletion.export', { deletionId })]);
    return count === 1;
  });
}

/** Who gets the export: the present Owner; null where there is none. */
export function findRecipient(
  context: Pick<Context, 'database'>,
  { organizationId }: Pick<CarriedDeletion, 'organizationId'>,
): Promise<string | null> {
  return findOwner(context.database, organizationId);
}

/** The data was handed over: the seven days begin, and everybody who manages the organization is told, once. */
export async function scheduleDeletion(context: Context, deletionId: string): Promise<Date | null> {
  const deleteAt = new Date(context.now().getTime() + GRACE_DAYS * DAY_MS);
  return context.database.$transaction(async (transaction) => {
    const [deletion] = await transaction.organizationDeletion.updateManyAndReturn({
      where: { id: deletionId, status: 'exporting' },
      data: { status: 'scheduled', deleteAt },
    });
    if (!deletion) return null;
    const at = deleteAt.toISOString();
    await record(
      transaction,
      context,
      [
        {
          organizationId: deletion.organizationId,
          by: 'The clock',
          action: 'organization.deletion_scheduled',
          after: { at },
        },
      ],
      [
        ...(await deletionNotices(transaction, deletion, { kind: 'deletion_scheduled', at })),
        effect('deletion.finish', { deletionId }, { key: finishKey(deletionId), availableAt: deleteAt }),
        homeRefresh(deletion.teamId),
      ],
    );
    return deleteAt;
  });
}

/** Several that wait to finish one deletion are one. */
export function finishKey(deletionId: string): string {
  return `deletion:${deletionId}`;
}

/**
 * Gives a deletion up before anything was deleted: the organization is open again, its subscription goes on, and the Owner
 * reads why. Nothing where it is past its export or settled.
 */
export async function failDeletion(
  transaction: Transaction,
  context: Context,
  deletionId: string,
  reason: string,
): Promise<void> {
  const [deletion] = await transaction.organizationDeletion.updateManyAndReturn({
    where: { id: deletionId, status: { in: ['requested', 'exporting'] } },
    data: { status: 'failed', reason, settledAt: context.now() },
  });
  if (!deletion) return;
  const { organizationId, teamId } = deletion;
  await record(
    transaction,
    context,
    [{ organizationId, by: 'The clock', action: 'organization.deletion_failed', after: { reason } }],
    [
      ...(await ownerNotices(transaction, deletion, { kind: 'deletion_failed', reason })),
      effect('deletion.release', { deletionId }),
      homeRefresh(teamId),
    ],
  );
}
