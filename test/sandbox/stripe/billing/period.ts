export interface Period {
  /** Unix seconds, inclusive. */
  start: number;
  /** Unix seconds, exclusive. */
  end: number;
}

export interface Interval {
  interval: string;
  interval_count: number;
}

function addMonths(anchor: number, months: number): number {
  const from = new Date(anchor * 1000);
  const target = new Date(anchor * 1000);
  target.setUTCDate(1);
  target.setUTCMonth(target.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate();
  target.setUTCDate(Math.min(from.getUTCDate(), lastDay));
  return Math.floor(target.getTime() / 1000);
}

/**
 * The end of the `count`th period after the anchor. Months keep the anchor's day and time of day, or take the month's
 * last day when it is shorter (docs.stripe.com/billing/subscriptions/billing-cycle).
 */
export function periodBoundary(
  anchor: number,
  { interval, interval_count }: Interval,
  count: number,
): number {
  const steps = interval_count * count;
  if (interval === 'day') return anchor + steps * 86_400;
  if (interval === 'week') return anchor + steps * 604_800;
  return addMonths(anchor, interval === 'year' ? steps * 12 : steps);
}

/** The billing period that a moment lies in. */
export function periodAt(anchor: number, interval: Interval, moment: number): Period {
  let count = 0;
  while (periodBoundary(anchor, interval, count + 1) <= moment) count += 1;
  return {
    start: periodBoundary(anchor, interval, count),
    end: periodBoundary(anchor, interval, count + 1),
  };
}
