import { advance, readReconciliation } from '../domain/billing/reconciliation/advance.ts';
import { keepReconciling } from '../domain/billing/reconciliation/begin.ts';
import type { Context } from '../domain/context.ts';
import { defineJob, type Job } from './job.ts';
import { doNextPage } from './reconcile/do-next-page.ts';
import type { ReconcileContext } from './reconcile/page.ts';
import type { Schedule } from './schedules.ts';

/** At ten calls a second a page of so many takes well under the 20 s that a stop waits for what was begun. */
export const ORGANIZATIONS = 50;

/**
 * Does one page of a reconciliation and has the next one done: whatever is killed on the way, it goes on at the page where it
 * was.
 */
export function reconcilePage(organizations = ORGANIZATIONS): Job<'billing.reconcile', ReconcileContext> {
  return defineJob<'billing.reconcile', ReconcileContext>('billing.reconcile', {
    queue: 'stripe',
    async run(context, { reconciliationId }, { log }) {
      const at = await readReconciliation(context, reconciliationId);
      if (!at || at.finishedAt !== null) return;
      const done = await doNextPage(context, at, { log, organizations, dryRun: false });
      const advanced = await advance(context, at, done, { goOn: true });
      if (!advanced || done.next !== null) return;
      const finished = await readReconciliation(context, reconciliationId);
      log.info({ ...finished }, 'The billing was compared with Stripe.');
    },
  });
}

/** Looks every hour whether the day's reconciliation is due, or stands still. */
export const reconcileDaily: Schedule<Context> = { every: 3600, run: keepReconciling };
