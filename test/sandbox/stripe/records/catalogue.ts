import type Stripe from 'stripe';
import { newId } from '../identifiers.ts';

export type ProductRecord = Omit<Stripe.Product, 'default_price' | 'tax_code' | 'deleted'> & {
  default_price: string | null;
  tax_code: string | null;
};

export type PriceRecord = Omit<Stripe.Price, 'product' | 'unit_amount_decimal' | 'deleted'> & {
  product: string;
  unit_amount_decimal: string | null;
};

export function newProduct(
  given: Pick<ProductRecord, 'name'> & Partial<ProductRecord>,
  now: number,
): ProductRecord {
  return {
    id: `prod_${newId('x').slice(3, 17)}`,
    object: 'product',
    active: true,
    created: now,
    default_price: null,
    description: null,
    images: [],
    livemode: false,
    marketing_features: [],
    metadata: {},
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: null,
    updated: now,
    url: null,
    ...given,
  };
}

export function newPrice(
  given: Pick<PriceRecord, 'currency' | 'product' | 'unit_amount'> & Partial<PriceRecord>,
  now: number,
): PriceRecord {
  return {
    id: newId('price'),
    object: 'price',
    active: true,
    billing_scheme: 'per_unit',
    created: now,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: null,
    metadata: {},
    nickname: null,
    recurring: null,
    tax_behavior: 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: given.recurring ? 'recurring' : 'one_time',
    unit_amount_decimal: given.unit_amount === null ? null : String(given.unit_amount),
    ...given,
  };
}
