import type { PriceRecord } from '../records/catalogue.ts';
import type { CreditedItems } from '../records/invoice-item.ts';
import type { SubscriptionItemRecord } from '../records/subscription.ts';
import type { Period } from './period.ts';

/** Something billed for a subscription item: what flexible billing mode credits unused time of. */
export interface Debit {
  /** Minor units. */
  amount: number;
  period: Period;
  source: CreditedItems | null;
}

/** One proration: a credit (negative amount) for unused time, or a debit for remaining time. */
export interface Proration {
  kind: 'credit' | 'debit';
  item: string;
  price: PriceRecord;
  quantity: number;
  amount: number;
  period: Period;
  credited: CreditedItems | null;
}

/**
 * The share of `amount` that falls on the time from `from` to the period's end, to the second, rounded to the nearest
 * minor unit with halves away from zero.
 */
export function prorate(amount: number, period: Period, from: number): number {
  const whole = BigInt(period.end - period.start);
  const rest = BigInt(Math.max(0, period.end - from));
  const size = BigInt(Math.abs(amount));
  const rounded = Number((2n * size * rest + whole) / (2n * whole));
  return amount < 0 ? -rounded : rounded;
}

export function fullAmount(price: PriceRecord, quantity: number): number {
  return (price.unit_amount ?? 0) * quantity;
}

function creditAmount(item: SubscriptionItemRecord, debits: Debit[], classic: boolean, at: number): number {
  const period = { start: item.current_period_start, end: item.current_period_end };
  if (classic) return -prorate(fullAmount(item.price, item.quantity), period, at);
  return -debits.reduce((sum, debit) => sum + prorate(debit.amount, debit.period, at), 0);
}

/**
 * The prorations of a change from one set of items to another at a moment. Classic billing mode credits the old price
 * and quantity; flexible mode credits what was really billed (docs.stripe.com/billing/subscriptions/billing-mode/compare).
 */
export function prorationsOf(change: {
  before: SubscriptionItemRecord[];
  after: SubscriptionItemRecord[];
  debits: (item: string) => Debit[];
  classic: boolean;
  at: number;
}): Proration[] {
  const { before, after, at } = change;
  const prorations: Proration[] = [];
  const unchanged = (a: SubscriptionItemRecord, b: SubscriptionItemRecord) =>
    a.quantity === b.quantity && a.price.id === b.price.id;
  for (const item of before) {
    const successor = after.find(({ id }) => id === item.id);
    if (successor && unchanged(item, successor)) continue;
    const debits = change.debits(item.id);
    const amount = creditAmount(item, debits, change.classic, at);
    prorations.push({
      kind: 'credit',
      item: item.id,
      price: item.price,
      quantity: item.quantity,
      amount: amount === 0 ? 0 : amount,
      period: { start: at, end: item.current_period_end },
      credited: debits.at(-1)?.source ?? null,
    });
  }
  for (const item of after) {
    const predecessor = before.find(({ id }) => id === item.id);
    if (predecessor && unchanged(predecessor, item)) continue;
    const period = { start: item.current_period_start, end: item.current_period_end };
    prorations.push({
      kind: 'debit',
      item: item.id,
      price: item.price,
      quantity: item.quantity,
      amount: prorate(fullAmount(item.price, item.quantity), period, at),
      period: { start: at, end: period.end },
      credited: null,
    });
  }
  return prorations;
}
