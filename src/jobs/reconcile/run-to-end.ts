import { advance, readReconciliation } from '../../domain/billing/reconciliation/advance.ts';
import { openReconciliation } from '../../domain/billing/reconciliation/begin.ts';
import {
  noFigures,
  type PageFigures,
  type Position,
  type Reconciliation,
} from '../../domain/billing/reconciliation/reconciliation.ts';
import { doNextPage } from './do-next-page.ts';
import type { PageOptions, ReconcileContext } from './page.ts';

type Options = Omit<PageOptions, 'dryRun'>;

/**
 * Does a reconciliation in the foreground, page by page to its end, and gives it as it ended: the open one where one is open,
 * else a new one. A worker may be at the same one; each page counts once.
 */
export async function reconcileToEnd(context: ReconcileContext, options: Options): Promise<Reconciliation> {
  let at: Reconciliation | null = await openReconciliation(context);
  const { id } = at;
  while (at !== null && at.finishedAt === null) {
    const done = await doNextPage(context, at, { ...options, dryRun: false });
    await advance(context, at, done, { goOn: false });
    at = await readReconciliation(context, id);
  }
  if (at === null) throw new Error('The reconciliation is gone.');
  return at;
}

/** The same without changing, writing or taking in anything: what it would come to. */
export async function compareOnly(context: ReconcileContext, options: Options): Promise<PageFigures> {
  const startedAt = context.now();
  const sum = { ...noFigures };
  for (let at: Position | null = { phase: 'organizations', cursor: null }; at !== null; ) {
    const { figures, next } = await doNextPage(context, { ...at, startedAt }, { ...options, dryRun: true });
    sum.compared += figures.compared;
    sum.repaired += figures.repaired;
    sum.replayed += figures.replayed;
    at = next;
  }
  return sum;
}
