import type Stripe from 'stripe';
import { newId, randomText } from '../identifiers.ts';
import type { PriceRecord } from './catalogue.ts';
import { type ListRecord, listOf } from './list.ts';

/** The older description of a recurring price, which Stripe still repeats on every subscription item. */
export interface PlanRecord {
  id: string;
  object: 'plan';
  active: boolean;
  amount: number | null;
  amount_decimal: string | null;
  billing_scheme: string;
  created: number;
  currency: string;
  interval: string;
  interval_count: number;
  livemode: boolean;
  metadata: Record<string, string>;
  meter: null;
  nickname: string | null;
  product: string;
  tiers_mode: null;
  transform_usage: null;
  trial_period_days: null;
  usage_type: 'licensed';
}

export type SubscriptionItemRecord = Omit<
  Stripe.SubscriptionItem,
  'plan' | 'price' | 'discounts' | 'deleted' | 'quantity'
> & { plan: PlanRecord; price: PriceRecord; discounts: never[]; quantity: number };

export type PendingUpdateRecord = Omit<
  Stripe.Subscription.PendingUpdate,
  'subscription_items' | 'discount' | 'discounts'
> & { subscription_items: SubscriptionItemRecord[] | null; discount: null; discounts: null };

export type SubscriptionRecord = Omit<
  Stripe.Subscription,
  | 'application'
  | 'customer'
  | 'default_payment_method'
  | 'default_source'
  | 'discounts'
  | 'items'
  | 'latest_invoice'
  | 'on_behalf_of'
  | 'pending_setup_intent'
  | 'pending_update'
  | 'schedule'
  | 'test_clock'
> & {
  application: null;
  customer: string;
  default_payment_method: string | null;
  default_source: null;
  discounts: never[];
  items: ListRecord<SubscriptionItemRecord>;
  latest_invoice: string | null;
  on_behalf_of: null;
  pending_setup_intent: null;
  pending_update: PendingUpdateRecord | null;
  schedule: null;
  test_clock: null;
};

function planOf(price: PriceRecord): PlanRecord {
  return {
    id: price.id,
    object: 'plan',
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: price.billing_scheme,
    created: price.created,
    currency: price.currency,
    interval: price.recurring?.interval ?? 'month',
    interval_count: price.recurring?.interval_count ?? 1,
    livemode: false,
    metadata: price.metadata,
    meter: null,
    nickname: price.nickname,
    product: price.product,
    tiers_mode: null,
    transform_usage: null,
    trial_period_days: null,
    usage_type: 'licensed',
  };
}

export interface ItemTerms {
  price: PriceRecord;
  quantity: number;
  metadata?: Record<string, string>;
}

export function newSubscriptionItem(
  subscription: string,
  terms: ItemTerms,
  period: { start: number; end: number },
  now: number,
): SubscriptionItemRecord {
  return {
    id: `si_${randomText(14)}`,
    object: 'subscription_item',
    billed_until: period.end,
    billing_thresholds: null,
    created: now,
    current_period_end: period.end,
    current_period_start: period.start,
    current_trial: null,
    discounts: [],
    metadata: terms.metadata ?? {},
    plan: planOf(terms.price),
    price: terms.price,
    quantity: terms.quantity,
    subscription,
    tax_rates: [],
  };
}

/** The item under other terms; what is not given stays. */
export function itemWith(item: SubscriptionItemRecord, terms: Partial<ItemTerms>): SubscriptionItemRecord {
  const price = terms.price ?? item.price;
  return {
    ...item,
    price,
    plan: planOf(price),
    quantity: terms.quantity ?? item.quantity,
    metadata: terms.metadata ?? item.metadata,
  };
}

export function newSubscription(
  given: Pick<SubscriptionRecord, 'customer' | 'currency'> & Partial<SubscriptionRecord>,
  now: number,
): SubscriptionRecord {
  const id = given.id ?? newId('sub');
  return {
    id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: now,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible' },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    collection_method: 'charge_automatically',
    created: now,
    customer_account: null,
    days_until_due: null,
    default_payment_method: null,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    items: listOf<SubscriptionItemRecord>([], `/v1/subscription_items?subscription=${id}`),
    latest_invoice: null,
    livemode: false,
    managed_payments: null,
    metadata: {},
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: 'off',
    },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: now,
    status: 'incomplete',
    test_clock: null,
    transfer_data: null,
    trial_end: null,
    trial_settings: {
      end_behavior: { billing_cycle_anchor: null, missing_payment_method: 'create_invoice' },
    },
    trial_start: null,
    ...given,
  };
}
