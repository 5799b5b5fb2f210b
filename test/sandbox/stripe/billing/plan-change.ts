import type { Account } from '../account.ts';
import type { PriceRecord } from '../records/catalogue.ts';
import {
  itemWith,
  newSubscriptionItem,
  type SubscriptionItemRecord,
  type SubscriptionRecord,
} from '../records/subscription.ts';
import { invalidRequest, noSuch, notSimulated } from '../refusal.ts';
import type { PlannedChange } from './planned-change.ts';
import { prorationsOf } from './proration.ts';

export type ProrationBehavior = 'always_invoice' | 'create_prorations' | 'none';

export interface RequestedItem {
  id?: string;
  price?: string;
  quantity?: number;
  deleted?: boolean;
  metadata?: Record<string, string>;
}

/** A price that can be subscribed to, or the refusal Stripe gives for it. */
export function requireRecurringPrice(
  account: Account,
  id: string,
  param: string,
  currency?: string,
): PriceRecord {
  const price = account.prices.require(id, param);
  if (!price.active) {
    throw invalidRequest('The price specified is inactive. This field only accepts active prices.', {
      param,
    });
  }
  if (!price.recurring) {
    throw invalidRequest(
      'The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.',
      { param },
    );
  }
  if (currency !== undefined && price.currency !== currency) {
    throw invalidRequest(
      `The price specified supports currencies of \`${price.currency}\`. This doesn't match the expected currency: ` +
        `\`${currency}\`.`,
      { param },
    );
  }
  return price;
}

function requireSameInterval(subscription: SubscriptionRecord, price: PriceRecord, param: string): void {
  const current = subscription.items.data[0]?.price.recurring;
  const same =
    current?.interval === price.recurring?.interval &&
    current?.interval_count === price.recurring?.interval_count;
  if (!same) throw notSimulated('a change of the billing interval', param);
}

function changedItem(
  account: Account,
  subscription: SubscriptionRecord,
  items: SubscriptionItemRecord[],
  requested: RequestedItem,
  param: string,
): SubscriptionItemRecord | undefined {
  const priceParam = `${param}[price]`;
  const price =
    requested.price === undefined
      ? undefined
      : requireRecurringPrice(account, requested.price, priceParam, subscription.currency);
  if (price) requireSameInterval(subscription, price, priceParam);
  if (requested.id !== undefined) {
    const item = items.find(({ id }) => id === requested.id);
    if (!item) throw noSuch('subscription_item', requested.id, `${param}[id]`);
    if (requested.deleted) return undefined;
    return itemWith(item, {
      ...(price ? { price } : {}),
      ...(requested.quantity === undefined ? {} : { quantity: requested.quantity }),
      ...(requested.metadata ? { metadata: { ...item.metadata, ...requested.metadata } } : {}),
    });
  }
  if (!price) {
    throw invalidRequest(`Missing required param: ${priceParam}.`, {
      param: priceParam,
      code: 'parameter_missing',
    });
  }
  if (items.some((item) => item.price.id === price.id)) {
    throw invalidRequest(`Cannot add multiple subscription items with the same plan: ${price.id}`, { param });
  }
  const [first] = items;
  const period = { start: first?.current_period_start ?? 0, end: first?.current_period_end ?? 0 };
  const terms = {
    price,
    quantity: requested.quantity ?? 1,
    ...(requested.metadata ? { metadata: requested.metadata } : {}),
  };
  return newSubscriptionItem(subscription.id, terms, period, account.now());
}

/** The items a subscription would have after the request. */
export function planItems(
  account: Account,
  subscription: SubscriptionRecord,
  requested: RequestedItem[],
  prefix = 'items',
): SubscriptionItemRecord[] {
  let items = structuredClone(subscription.items.data);
  for (const [index, request] of requested.entries()) {
    const item = changedItem(account, subscription, items, request, `${prefix}[${index}]`);
    if (request.id === undefined && item) items = [...items, item];
    else items = items.flatMap((old) => (old.id === request.id ? (item ? [item] : []) : [old]));
  }
  if (items.length === 0)
    throw invalidRequest('A subscription must have at least one active plan.', { param: prefix });
  return items;
}

/** The items and prorations of a change; nothing is changed yet. During a trial nothing is prorated. */
export function planChange(
  account: Account,
  subscription: SubscriptionRecord,
  request: {
    items: RequestedItem[];
    behavior: ProrationBehavior;
    prorationDate?: number;
    prefix?: string;
  },
): PlannedChange {
  const items = planItems(account, subscription, request.items, request.prefix);
  const at = request.prorationDate ?? account.now();
  const [first] = subscription.items.data;
  if (first && (at < first.current_period_start || at > first.current_period_end)) {
    throw invalidRequest(
      'The proration date must be within the current billing period of the subscription.',
      {
        param: 'proration_date',
      },
    );
  }
  const prorates = request.behavior !== 'none' && subscription.status !== 'trialing';
  const prorations = prorates
    ? prorationsOf({
        before: subscription.items.data,
        after: items,
        debits: (item) => account.debits.get(item) ?? [],
        classic: subscription.billing_mode.type === 'classic',
        at,
      })
    : [];
  return { items, prorations, at };
}

/** Whether a planned change alters what is sold, not only metadata. */
export function changesItems(subscription: SubscriptionRecord, items: SubscriptionItemRecord[]): boolean {
  const terms = (list: SubscriptionItemRecord[]) =>
    JSON.stringify(list.map(({ id, quantity, price }) => [id, quantity, price.id]));
  return terms(subscription.items.data) !== terms(items);
}
