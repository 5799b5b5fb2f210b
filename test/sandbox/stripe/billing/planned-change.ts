import type { SubscriptionItemRecord } from '../records/subscription.ts';
import type { Proration } from './proration.ts';

/** A change of a subscription, worked out but not yet made. */
export interface PlannedChange {
  items: SubscriptionItemRecord[];
  prorations: Proration[];
  /** The moment it is prorated at, in Unix seconds. */
  at: number;
  metadata?: Record<string, string>;
  cancelAtPeriodEnd?: boolean;
}
