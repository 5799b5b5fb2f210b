import type { DeletionStatus, Transaction } from '../../../database/client.ts';
import type { Context } from '../../context.ts';

/** The statuses of a deletion that is under way. */
export const openStatuses = [
  'requested',
  'exporting',
  'scheduled',
  'deleting',
] as const satisfies DeletionStatus[];

export type OpenStatus = (typeof openStatuses)[number];

/** A deletion that is under way. */
export interface OpenDeletion {
  id: string;
  status: OpenStatus;
  /** From when on nothing can be undone; null until the data was handed over. */
  deleteAt: Date | null;
}

/** Null where the organization is not being deleted. */
export async function findOpenDeletion(
  database: Pick<Transaction, 'organizationDeletion'>,
  organizationId: string,
): Promise<OpenDeletion | null> {
  const found = await database.organizationDeletion.findFirst({
    where: { organizationId, status: { in: [...openStatuses] } },
    select: { id: true, status: true, deleteAt: true },
  });
  return found as OpenDeletion | null;
}

/** Whether it can still be undone at that moment. */
export function isReversible({ status, deleteAt }: Omit<OpenDeletion, 'id'>, at: Date): boolean {
  return status !== 'deleting' && (deleteAt === null || deleteAt > at);
}

/** Whether a deletion of the organization is under way. */
export async function isClosing(
  { database }: Pick<Context, 'database'>,
  organizationId: string,
): Promise<boolean> {
  const open = await database.organizationDeletion.count({
    where: { organizationId, status: { in: [...openStatuses] } },
  });
  return open > 0;
}
