import type { Transaction } from '../../../database/client.ts';
import type { Context } from '../../context.ts';
import { effect } from '../../effects.ts';
import { record } from '../../record.ts';
import { noFigures, type Reconciliation } from './reconciliation.ts';

/** From one beginning to the next: a day, less an hour for the schedule that looks every hour. */
const BETWEEN_MS = 23 * 3_600_000;

/** An open one that began longer ago says nothing of how things stand now. */
const FRESH_MS = 3_600_000;

/** The effect that does the next page. Two that wait for one reconciliation are one. */
export const nextPage = (reconciliationId: string) =>
  effect('billing.reconcile', { reconciliationId }, { key: `reconcile:${reconciliationId}` });

/**
 * Begins the day's reconciliation where it is due, and lets an open one go on whose effect was lost or given up. One is open at
 * a time, in all processes. Nothing begins where there is no organization.
 */
export async function keepReconciling(context: Context): Promise<void> {
  await alone(context, async (transaction) => {
    const open = await findOpen(transaction);
    if (open) {
      if (!(await isUnderWay(transaction, open.id)))
        await record(transaction, context, [], [nextPage(open.id)]);
      return;
    }
    const since = new Date(context.now().getTime() - BETWEEN_MS);
    const begun = await transaction.reconciliation.findFirst({ where: { startedAt: { gt: since } } });
    if (begun || !(await transaction.organization.findFirst({ select: { id: true } }))) return;
    const { id } = await begin(transaction, context);
    await record(transaction, context, [], [nextPage(id)]);
  });
}

/**
 * The reconciliation that is open, or a new one; for whoever does its pages in the foreground: no effect is written. One that
 * began long ago begins anew, so that every organization is compared now.
 */
export async function openReconciliation(context: Context): Promise<Reconciliation> {
  return alone(context, async (transaction) => {
    const open = await findOpen(transaction);
    if (!open) return begin(transaction, context);
    const now = context.now();
    if (now.getTime() - open.startedAt.getTime() <= FRESH_MS) return open;
    const begun = { phase: 'organizations', cursor: null, startedAt: now } as const;
    const { id } = open;
    const data = { ...begun, ...noFigures, found: 0 };
    return transaction.reconciliation.update({ where: { id, finishedAt: null }, data });
  });
}

async function alone<T>(context: Context, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  return context.database.$transaction(async (transaction) => {
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('orgdesk:reconciliation', 0))`;
    return work(transaction);
  });
}

function findOpen(transaction: Transaction): Promise<Reconciliation | null> {
  return transaction.reconciliation.findFirst({ where: { finishedAt: null }, orderBy: { id: 'asc' } });
}

function begin(transaction: Transaction, context: Context): Promise<Reconciliation> {
  return transaction.reconciliation.create({ data: { id: context.newId(), startedAt: context.now() } });
}

async function isUnderWay(transaction: Transaction, reconciliationId: string): Promise<boolean> {
  const [row] = await transaction.$queryRaw<[{ found: boolean }]>`
    SELECT EXISTS (SELECT FROM outbox WHERE topic = 'billing.reconcile' AND status IN ('pending', 'queued')
      AND payload ->> 'reconciliationId' = ${reconciliationId}) AS found`;
  return row.found;
}
