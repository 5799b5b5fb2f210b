import { z } from 'zod';
import type { Account } from '../account.ts';
import { endSubscription } from '../billing/cancellation.ts';
import { requireCustomer } from '../billing/customers.ts';
import { pauseSubscription } from '../billing/pausing.ts';
import { requireRecurringPrice } from '../billing/plan-change.ts';
import { resumeSubscription, startSubscription } from '../billing/starting.ts';
import { paginate, within } from '../http/pagination.ts';
import {
  boolean,
  emptyable,
  expand,
  mergedMetadata,
  moments,
  oneOf,
  pagination,
  text,
  timestamp,
  unsimulated,
} from '../http/parameters.ts';
import { pathId, type Route, route } from '../http/route.ts';
import type { SubscriptionRecord } from '../records/subscription.ts';
import { invalidRequest } from '../refusal.ts';
import {
  type CreateParams,
  createFields,
  prorationBehavior,
  updateFields,
} from './subscription-parameters.ts';
import { requireOwnMethod, updateSubscription } from './subscription-update.ts';

function createSubscription(account: Account, params: CreateParams): SubscriptionRecord {
  const customer = requireCustomer(account, params.customer, 'customer');
  const items = params.items.map((item, index) => ({
    price: requireRecurringPrice(account, item.price, `items[${index}][price]`, params.currency),
    quantity: item.quantity ?? 1,
    ...(item.metadata ? { metadata: item.metadata } : {}),
  }));
  const currencies = new Set(items.map(({ price }) => price.currency));
  const [currency = 'gbp'] = currencies;
  if (currencies.size > 1) {
    throw invalidRequest('You cannot combine currencies on a single subscription.', { param: 'items' });
  }
  if (params.default_payment_method !== undefined) {
    requireOwnMethod(account, customer.id, params.default_payment_method);
  }
  const trialEnd =
    typeof params.trial_end === 'number'
      ? params.trial_end
      : params.trial_period_days && account.now() + params.trial_period_days * 86_400;
  const missing = params.trial_settings?.end_behavior.missing_payment_method;
  return startSubscription(account, {
    customer: customer.id,
    currency,
    items,
    paymentBehavior: params.payment_behavior ?? 'allow_incomplete',
    ...(trialEnd ? { trialEnd } : {}),
    fields: {
      cancel_at_period_end: params.cancel_at_period_end ?? false,
      default_payment_method: params.default_payment_method ?? null,
      description: params.description ?? null,
      metadata: mergedMetadata({}, params.metadata),
      ...(params.billing_mode?.type === 'classic'
        ? { billing_mode: { flexible: null, type: 'classic' } }
        : {}),
      ...(missing
        ? {
            trial_settings: { end_behavior: { billing_cycle_anchor: null, missing_payment_method: missing } },
          }
        : {}),
      payment_settings: {
        payment_method_options: null,
        payment_method_types: params.payment_settings?.payment_method_types ?? null,
        save_default_payment_method: params.payment_settings?.save_default_payment_method ?? 'off',
      },
    },
  });
}

const statuses = [
  'active',
  'all',
  'canceled',
  'ended',
  'incomplete',
  'incomplete_expired',
  'past_due',
  'paused',
  'trialing',
  'unpaid',
] as const;

function statusFits(wanted: (typeof statuses)[number] | undefined, status: string): boolean {
  if (wanted === undefined) return status !== 'canceled' && status !== 'incomplete_expired';
  if (wanted === 'ended') return status === 'canceled' || status === 'incomplete_expired';
  return wanted === 'all' || status === wanted;
}

export const subscriptionRoutes: Route[] = [
  route('POST', '/v1/subscriptions', createFields, ({ account, params }) =>
    createSubscription(account, params),
  ),
  route('GET', '/v1/subscriptions/:id', { expand: expand() }, ({ account, path }) =>
    account.subscriptions.require(pathId(path, 'id'), 'id', 404),
  ),
  route('POST', '/v1/subscriptions/:id', updateFields, ({ account, path, params }) =>
    updateSubscription(account, pathId(path, 'id'), params),
  ),
  route(
    'DELETE',
    '/v1/subscriptions/:id',
    {
      cancellation_details: z
        .strictObject({
          comment: emptyable(text()).optional(),
          feedback: emptyable(text()).optional(),
          ...unsimulated('feedback_option'),
        })
        .optional(),
      expand: expand(),
      invoice_now: boolean().optional(),
      prorate: boolean().optional(),
    },
    ({ account, path, params }) => {
      const subscription = account.subscriptions.require(pathId(path, 'id'), 'id', 404);
      if (subscription.status === 'canceled' || subscription.status === 'incomplete_expired') {
        throw account.subscriptions.missing(subscription.id, 'id', 404);
      }
      endSubscription(account, subscription, {
        reason: 'cancellation_requested',
        invoiceNow: params.invoice_now ?? false,
        prorate: params.prorate ?? false,
        comment: params.cancellation_details?.comment ?? null,
        feedback: params.cancellation_details?.feedback ?? null,
      });
      return subscription;
    },
  ),
  route(
    'POST',
    '/v1/subscriptions/:id/pause',
    {
      expand: expand(),
      type: oneOf('subscription').optional(),
      ...unsimulated('bill_for', 'invoicing_behavior'),
    },
    ({ account, path }) =>
      pauseSubscription(
        account,
        account.subscriptions.require(pathId(path, 'id'), 'subscription', 404),
        'pause_requested',
      ),
  ),
  route(
    'POST',
    '/v1/subscriptions/:id/resume',
    {
      billing_cycle_anchor: z.strictObject({ type: oneOf('now', 'unchanged') }).optional(),
      expand: expand(),
      payment_behavior: oneOf('resume_on_payment_attempt', 'resume_on_payment_success').optional(),
      proration_behavior: prorationBehavior().optional(),
      proration_date: timestamp().optional(),
    },
    ({ account, path, params }) => {
      const subscription = account.subscriptions.require(pathId(path, 'id'), 'subscription', 404);
      if (subscription.status !== 'paused') {
        throw invalidRequest(
          `You can only resume paused subscriptions. This subscription is ${subscription.status}.`,
        );
      }
      return resumeSubscription(account, subscription, params.billing_cycle_anchor?.type !== 'unchanged');
    },
  ),
  route(
    'GET',
    '/v1/subscriptions',
    {
      ...pagination,
      collection_method: oneOf('charge_automatically', 'send_invoice').optional(),
      created: moments().optional(),
      current_period_end: moments().optional(),
      current_period_start: moments().optional(),
      customer: text().optional(),
      price: text().optional(),
      status: oneOf(...statuses).optional(),
      ...unsimulated('automatic_tax', 'customer_account', 'plan', 'test_clock'),
    },
    ({ account, params }) =>
      paginate(
        account.subscriptions,
        (subscription) =>
          statusFits(params.status, subscription.status) &&
          (params.customer === undefined || subscription.customer === params.customer) &&
          (params.price === undefined ||
            subscription.items.data.some(({ price }) => price.id === params.price)) &&
          params.collection_method !== 'send_invoice' &&
          within(params.created, subscription.created) &&
          subscription.items.data.some(
            (item) =>
              within(params.current_period_start, item.current_period_start) &&
              within(params.current_period_end, item.current_period_end),
          ),
        params,
        '/v1/subscriptions',
      ),
  ),
];
