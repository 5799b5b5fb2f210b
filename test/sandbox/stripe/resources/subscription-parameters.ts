import { z } from 'zod';
import {
  boolean,
  emptyable,
  expand,
  integer,
  metadata,
  oneOf,
  text,
  timestamp,
  unsimulated,
} from '../http/parameters.ts';

export const prorationBehavior = () => oneOf('always_invoice', 'create_prorations', 'none');

export const paymentBehavior = () =>
  oneOf('allow_incomplete', 'default_incomplete', 'error_if_incomplete', 'pending_if_incomplete');

const otherItemFields = unsimulated(
  'billing_thresholds',
  'clear_usage',
  'current_trial',
  'discounts',
  'plan',
  'price_data',
  'tax_rates',
);

/** One entry of `items` when a subscription starts. */
export const newItem = z.strictObject({
  price: text(),
  quantity: integer({ min: 0 }).optional(),
  metadata: metadata().optional(),
  ...otherItemFields,
});

/** One entry of `items` in a change, or in the preview of one. */
export const changedItem = z.strictObject({
  id: text().optional(),
  price: text().optional(),
  quantity: integer({ min: 0 }).optional(),
  deleted: boolean().optional(),
  metadata: emptyable(metadata()).optional(),
  ...otherItemFields,
});

export const billingMode = z.strictObject({
  type: oneOf('classic', 'flexible'),
  ...unsimulated('flexible'),
});

export const trialSettings = z.strictObject({
  end_behavior: z.strictObject({
    missing_payment_method: oneOf('cancel', 'create_invoice', 'pause'),
    ...unsimulated('billing_cycle_anchor'),
  }),
});

const paymentSettings = z.strictObject({
  save_default_payment_method: oneOf('off', 'on_subscription').optional(),
  payment_method_types: z.array(oneOf('card', 'link')).optional(),
  ...unsimulated('payment_method_options'),
});

const otherFields = unsimulated(
  'add_invoice_items',
  'application_fee_percent',
  'automatic_tax',
  'billing_schedules',
  'billing_thresholds',
  'cancel_at',
  'days_until_due',
  'default_source',
  'default_tax_rates',
  'discounts',
  'invoice_settings',
  'on_behalf_of',
  'pending_invoice_item_interval',
  'transfer_data',
  'trial_from_plan',
);

const sharedFields = {
  cancel_at_period_end: boolean().optional(),
  collection_method: oneOf('charge_automatically').optional(),
  default_payment_method: text().optional(),
  expand: expand(),
  metadata: emptyable(metadata()).optional(),
  off_session: boolean().optional(),
  payment_behavior: paymentBehavior().optional(),
  payment_settings: paymentSettings.optional(),
  proration_behavior: prorationBehavior().optional(),
  trial_settings: trialSettings.optional(),
  ...otherFields,
};

export const createFields = {
  ...sharedFields,
  billing_mode: billingMode.optional(),
  currency: text().optional(),
  customer: text(),
  description: text(500).optional(),
  items: z.array(newItem).min(1).max(20),
  trial_end: z.union([z.literal('now'), timestamp()]).optional(),
  trial_period_days: integer({ min: 1, max: 730 }).optional(),
  ...unsimulated(
    'backdate_start_date',
    'billing_cycle_anchor',
    'billing_cycle_anchor_config',
    'customer_account',
  ),
};

export const updateFields = {
  ...sharedFields,
  billing_cycle_anchor: z.strictObject({ type: oneOf('unchanged') }).optional(),
  cancellation_details: z
    .strictObject({
      comment: emptyable(text()).optional(),
      feedback: emptyable(text()).optional(),
      ...unsimulated('feedback_option'),
    })
    .optional(),
  description: emptyable(text(500)).optional(),
  items: z.array(changedItem).max(20).optional(),
  pause_collection: emptyable(
    z.strictObject({
      behavior: oneOf('keep_as_draft', 'mark_uncollectible', 'void'),
      ...unsimulated('resumes_at'),
    }),
  ).optional(),
  proration_date: timestamp().optional(),
  ...unsimulated('trial_end'),
};

const updateShape = z.strictObject(updateFields);
export type UpdateParams = z.output<typeof updateShape>;

const createShape = z.strictObject(createFields);
export type CreateParams = z.output<typeof createShape>;
