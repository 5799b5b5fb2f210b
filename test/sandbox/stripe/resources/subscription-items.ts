import type { Account } from '../account.ts';
import {
  emptyable,
  expand,
  integer,
  metadata,
  pagination,
  text,
  timestamp,
  unsimulated,
} from '../http/parameters.ts';
import { pathId, type Route, route } from '../http/route.ts';
import { listOf } from '../records/list.ts';
import type { SubscriptionItemRecord, SubscriptionRecord } from '../records/subscription.ts';
import { noSuch } from '../refusal.ts';
import { paymentBehavior, prorationBehavior } from './subscription-parameters.ts';
import { updateSubscription } from './subscription-update.ts';

function findItem(
  account: Account,
  id: string,
): { subscription: SubscriptionRecord; item: SubscriptionItemRecord } {
  for (const subscription of account.subscriptions.all()) {
    const item = subscription.items.data.find((candidate) => candidate.id === id);
    if (item) return { subscription, item };
  }
  throw noSuch('subscription_item', id, 'item', 404);
}

export const subscriptionItemRoutes: Route[] = [
  route(
    'GET',
    '/v1/subscription_items/:item',
    { expand: expand() },
    ({ account, path }) => findItem(account, pathId(path, 'item')).item,
  ),
  route(
    'POST',
    '/v1/subscription_items/:item',
    {
      expand: expand(),
      metadata: emptyable(metadata()).optional(),
      off_session: unsimulated('off_session').off_session,
      payment_behavior: paymentBehavior().optional(),
      price: text().optional(),
      proration_behavior: prorationBehavior().optional(),
      proration_date: timestamp().optional(),
      quantity: integer({ min: 0 }).optional(),
      ...unsimulated('billing_thresholds', 'current_trial', 'discounts', 'plan', 'price_data', 'tax_rates'),
    },
    ({ account, path, params }) => {
      const { subscription, item } = findItem(account, pathId(path, 'item'));
      const {
        expand: _expand,
        payment_behavior,
        proration_behavior,
        proration_date,
        price,
        quantity,
      } = params;
      updateSubscription(account, subscription.id, {
        items: [{ id: item.id, price, quantity, metadata: params.metadata }],
        payment_behavior,
        proration_behavior,
        proration_date,
      });
      return findItem(account, item.id).item;
    },
  ),
  route('GET', '/v1/subscription_items', { ...pagination, subscription: text() }, ({ account, params }) => {
    const subscription = account.subscriptions.require(params.subscription, 'subscription');
    return listOf(subscription.items.data, '/v1/subscription_items');
  }),
];
