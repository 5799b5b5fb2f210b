import type { SubscriptionStatus } from '../../database/client.ts';
import { grantsSeats, hasLapsed } from '../billing/subscription.ts';
import type { ReadOnlyReason } from '../permissions.ts';

/** How an organization stands: what everybody in it is to know, and what the Owner alone. */
export interface Standing {
  /** Why nothing can be changed; null where it can. */
  readOnly: ReadOnlyReason | null;
  /** Null also where there is no subscription, and under a status that this version does not know. */
  status: SubscriptionStatus | null;
  /** When a living subscription ends because somebody canceled it. */
  endsAt: Date | null;
  /** What is overdue, oldest first, in the currency's smallest unit; empty for everybody but the Owner. */
  overdue: OverdueShown[];
}

export interface OverdueShown {
  amountDue: number;
  /** Where it can be paid. */
  url: string | null;
  attempt: number;
  nextAttemptAt: Date | null;
}

/** The columns of overview-query.ts that it is made of. */
export interface StandingRow {
  subscription_id: string | null;
  subscription_status: SubscriptionStatus | null;
  ends_at: Date | null;
  deletion: object | null;
  overdue: (Omit<OverdueShown, 'nextAttemptAt'> & { nextAttemptAt: string | null })[] | null;
}

export function standingIn(row: StandingRow): Standing {
  const { subscription_status: status, deletion } = row;
  const lapsed = hasLapsed({ id: row.subscription_id, status });
  return {
    readOnly: deletion ? 'closing' : lapsed ? 'lapsed' : null,
    status,
    endsAt: grantsSeats(status) ? row.ends_at : null,
    overdue: (row.overdue ?? []).map(({ nextAttemptAt: at, ...each }) => ({
      ...each,
      nextAttemptAt: at === null ? null : new Date(at),
    })),
  };
}
