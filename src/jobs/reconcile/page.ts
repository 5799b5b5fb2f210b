import type { StripeClient } from '../../clients/stripe/client.ts';
import type { Billing } from '../../domain/billing/reconciliation/billed-organizations.ts';
import type { PageFigures, Reconciliation } from '../../domain/billing/reconciliation/reconciliation.ts';
import type { Context } from '../../domain/context.ts';
import type { Logger } from '../../logger.ts';

/** What comparing with Stripe needs; `pacedStripe` waits its turn, so that nobody who works is slowed. */
export type ReconcileContext = Context & { pacedStripe: StripeClient };

export interface PageOptions {
  log: Logger;
  /** Organizations to a page: few enough for a page to end within the drain of a stop. */
  organizations: number;
  /** Only compares: nothing is changed, written down, or taken in. */
  dryRun: boolean;
  /** Hears of every organization that is not, or was not, as Stripe says. */
  onDifference?: (before: Billing, after: Billing) => void;
  /** Hears, in a dry run, of what would be written down. */
  onFinding?: (kind: string, subject: string) => void;
}

/** Does one page of a phase. May be done twice: what it does, it does absolutely. */
export type DoPage = (
  context: ReconcileContext,
  at: Pick<Reconciliation, 'cursor' | 'startedAt'>,
  options: PageOptions,
) => Promise<{ figures: Partial<PageFigures>; cursor: string | null }>;
