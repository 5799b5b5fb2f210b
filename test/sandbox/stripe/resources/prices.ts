import { z } from 'zod';
import type { Account } from '../account.ts';
import { paginate, within } from '../http/pagination.ts';
import {
  boolean,
  currency,
  emptyable,
  expand,
  integer,
  mergedMetadata,
  metadata,
  moments,
  oneOf,
  pagination,
  text,
  unsimulated,
} from '../http/parameters.ts';
import { pathId, type Route, route } from '../http/route.ts';
import { newPrice, newProduct, type PriceRecord } from '../records/catalogue.ts';
import { invalidRequest } from '../refusal.ts';
import { tracked } from '../tracked.ts';

const recurring = z.strictObject({
  interval: oneOf('day', 'week', 'month', 'year'),
  interval_count: integer({ min: 1 }).optional(),
  usage_type: oneOf('licensed').optional(),
  ...unsimulated('meter', 'trial_period_days'),
});

/** Gives a lookup key to a price; taken from another one only when asked to. */
function assignLookupKey(account: Account, price: PriceRecord, key: string, transfer: boolean): void {
  const holder = account.prices.all().find((other) => other.lookup_key === key && other.id !== price.id);
  if (holder && !transfer) {
    throw invalidRequest(`A price (\`${holder.id}\`) already uses that lookup key.`, { param: 'lookup_key' });
  }
  if (holder) {
    tracked(account, 'price.updated', holder, () => {
      holder.lookup_key = null;
    });
  }
  price.lookup_key = key;
}

export const priceRoutes: Route[] = [
  route(
    'POST',
    '/v1/prices',
    {
      currency: currency(),
      active: boolean().optional(),
      billing_scheme: oneOf('per_unit').optional(),
      expand: expand(),
      lookup_key: text(200).optional(),
      metadata: metadata().optional(),
      nickname: text().optional(),
      product: text().optional(),
      product_data: z
        .strictObject({ name: text(), metadata: metadata().optional(), unit_label: text().optional() })
        .optional(),
      recurring: recurring.optional(),
      tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified').optional(),
      transfer_lookup_key: boolean().optional(),
      unit_amount: integer({ min: 0 }).optional(),
      ...unsimulated(
        'currency_options',
        'custom_unit_amount',
        'tiers',
        'tiers_mode',
        'transform_quantity',
        'unit_amount_decimal',
      ),
    },
    ({ account, params }) => {
      if (params.unit_amount === undefined) {
        throw invalidRequest('Missing required param: unit_amount.', {
          param: 'unit_amount',
          code: 'parameter_missing',
        });
      }
      if (params.product === undefined && params.product_data === undefined) {
        throw invalidRequest('Missing required param: product.', {
          param: 'product',
          code: 'parameter_missing',
        });
      }
      const product =
        params.product === undefined
          ? newProduct(
              { name: params.product_data?.name ?? '', metadata: params.product_data?.metadata ?? {} },
              account.now(),
            )
          : account.products.require(params.product, 'product');
      const price = newPrice(
        {
          active: params.active ?? true,
          currency: params.currency,
          metadata: mergedMetadata({}, params.metadata),
          nickname: params.nickname ?? null,
          product: product.id,
          recurring: params.recurring
            ? {
                interval: params.recurring.interval,
                interval_count: params.recurring.interval_count ?? 1,
                meter: null,
                trial_period_days: null,
                usage_type: 'licensed',
              }
            : null,
          tax_behavior: params.tax_behavior ?? 'unspecified',
          unit_amount: params.unit_amount,
        },
        account.now(),
      );
      if (params.lookup_key !== undefined) {
        assignLookupKey(account, price, params.lookup_key, params.transfer_lookup_key ?? false);
      }
      if (!account.products.get(product.id)) {
        account.products.insert(product);
        account.emit('product.created', product);
      }
      account.prices.insert(price);
      account.emit('price.created', price);
      return price;
    },
  ),
  route('GET', '/v1/prices/:price', { expand: expand() }, ({ account, path }) =>
    account.prices.require(pathId(path, 'price'), 'price', 404),
  ),
  route(
    'POST',
    '/v1/prices/:price',
    {
      active: boolean().optional(),
      expand: expand(),
      lookup_key: text(200).optional(),
      metadata: emptyable(metadata()).optional(),
      nickname: text().optional(),
      tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified').optional(),
      transfer_lookup_key: boolean().optional(),
      ...unsimulated('currency_options'),
    },
    ({ account, path, params }) => {
      const price = account.prices.require(pathId(path, 'price'), 'price', 404);
      return tracked(account, 'price.updated', price, () => {
        if (params.lookup_key !== undefined) {
          assignLookupKey(account, price, params.lookup_key, params.transfer_lookup_key ?? false);
        }
        if (params.active !== undefined) price.active = params.active;
        if (params.nickname !== undefined) price.nickname = params.nickname;
        if (params.tax_behavior !== undefined) price.tax_behavior = params.tax_behavior;
        price.metadata = mergedMetadata(price.metadata, params.metadata);
      });
    },
  ),
  route(
    'GET',
    '/v1/prices',
    {
      ...pagination,
      active: boolean().optional(),
      created: moments().optional(),
      currency: currency().optional(),
      lookup_keys: z.array(text()).max(10).optional(),
      product: text().optional(),
      recurring: z
        .strictObject({
          interval: oneOf('day', 'week', 'month', 'year').optional(),
          usage_type: oneOf('licensed', 'metered').optional(),
        })
        .optional(),
      type: oneOf('one_time', 'recurring').optional(),
    },
    ({ account, params }) =>
      paginate(
        account.prices,
        (price) =>
          (params.active === undefined || price.active === params.active) &&
          (params.currency === undefined || price.currency === params.currency) &&
          (params.lookup_keys === undefined || params.lookup_keys.includes(price.lookup_key ?? '')) &&
          (params.product === undefined || price.product === params.product) &&
          (params.type === undefined || price.type === params.type) &&
          (params.recurring?.interval === undefined ||
            price.recurring?.interval === params.recurring.interval) &&
          (params.recurring?.usage_type === undefined ||
            price.recurring?.usage_type === params.recurring.usage_type) &&
          within(params.created, price.created),
        params,
        '/v1/prices',
      ),
  ),
];
