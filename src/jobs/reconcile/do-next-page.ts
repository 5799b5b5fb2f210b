import type { ReconciliationPhase } from '../../database/client.ts';
import {
  noFigures,
  type PageDone,
  type Reconciliation,
} from '../../domain/billing/reconciliation/reconciliation.ts';
import { takeInMissedEvents } from './events.ts';
import { compareOrganizations } from './organizations.ts';
import type { DoPage, PageOptions, ReconcileContext } from './page.ts';
import { lookThroughSubscriptions } from './subscriptions.ts';

const phases: Record<ReconciliationPhase, { doPage: DoPage; next: ReconciliationPhase | null }> = {
  organizations: { doPage: compareOrganizations, next: 'subscriptions' },
  subscriptions: { doPage: lookThroughSubscriptions, next: 'events' },
  events: { doPage: takeInMissedEvents, next: null },
};

/** Does the page at which a reconciliation stands, and says what comes next; does not note that it was done. */
export async function doNextPage(
  context: ReconcileContext,
  at: Pick<Reconciliation, 'phase' | 'cursor' | 'startedAt'>,
  options: PageOptions,
): Promise<PageDone> {
  const { doPage, next } = phases[at.phase];
  const { figures, cursor } = await doPage(context, at, options);
  const done = { ...noFigures, ...figures };
  if (cursor !== null) return { figures: done, next: { phase: at.phase, cursor } };
  return { figures: done, next: next && { phase: next, cursor: null } };
}
