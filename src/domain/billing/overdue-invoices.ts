import { Prisma, type Transaction } from '../../database/client.ts';
import type { Context } from '../context.ts';
import type { Ledger } from '../seats/ledger.ts';
import type { Overdue, SubscriptionReading } from './subscription.ts';

/** How what is owed has moved with a reading. */
export interface OverdueMoves {
  /** Invoices that Stripe has tried to collect once more than was known, oldest first. */
  raised: Overdue[];
  /** Owed invoices that were not known. */
  added: string[];
  /** Nothing is owed any more, and something was. */
  settled: boolean;
  /** Anything that is shown is another. */
  moved: boolean;
}

const unmoved: OverdueMoves = { raised: [], added: [], settled: false, moved: false };

/** Whether anything is known to be owed, so that the next reading has to ask for it. */
export async function isOwing(
  { database }: Pick<Context, 'database'>,
  organizationId: string,
): Promise<boolean> {
  return (await database.overdueInvoice.findFirst({ where: { organizationId } })) !== null;
}

/**
 * Sets what is owed to what the reading says, behind the organization's lock; a reading that did not ask says nothing of it. Of any
 * number of readings of one attempt only the first has `raised` it.
 */
export async function setOverdue(
  transaction: Transaction,
  { organizationId, subscriptionId: before }: Pick<Ledger, 'organizationId' | 'subscriptionId'>,
  { overdue: read, subscriptionId }: Pick<SubscriptionReading, 'overdue' | 'subscriptionId'>,
): Promise<OverdueMoves> {
  if (read === null && subscriptionId === before) return unmoved;
  const overdue = read ?? [];
  const ids = overdue.map(({ invoiceId }) => invoiceId);
  const gone = await transaction.$executeRaw`
    DELETE FROM overdue_invoices WHERE organization_id = ${organizationId}::uuid AND NOT invoice_id = ANY(${ids})`;
  if (overdue.length === 0) return { ...unmoved, settled: gone > 0, moved: gone > 0 };
  const known = await transaction.overdueInvoice.findMany({ where: { organizationId } });
  const attempts = new Map(known.map(({ invoiceId, attempt }) => [invoiceId, attempt]));
  const rows = overdue.map(
    ({ invoiceId, attempt, amountDue, url, issuedAt, nextAttemptAt }) =>
      Prisma.sql`(${invoiceId}, ${organizationId}::uuid, ${attempt}::int, ${amountDue}::int, ${url}::text,
        ${issuedAt}::timestamptz, ${nextAttemptAt}::timestamptz)`,
  );
  const written = await transaction.$executeRaw`
    INSERT INTO overdue_invoices AS known (invoice_id, organization_id, attempt, amount_due, url, issued_at, next_attempt_at)
    VALUES ${Prisma.join(rows)}
    ON CONFLICT (invoice_id) DO UPDATE SET organization_id = excluded.organization_id, attempt = excluded.attempt,
      amount_due = excluded.amount_due, url = excluded.url, issued_at = excluded.issued_at, next_attempt_at = excluded.next_attempt_at
    WHERE known IS DISTINCT FROM excluded`;
  const raised = overdue.filter(({ invoiceId, attempt }) => attempt > (attempts.get(invoiceId) ?? 0));
  const added = ids.filter((id) => !attempts.has(id));
  return { raised, added, settled: false, moved: gone > 0 || written > 0 };
}
