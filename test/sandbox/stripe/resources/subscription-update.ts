import type { Account } from '../account.ts';
import { expirePendingUpdate } from '../billing/pending-update.ts';
import { planChange } from '../billing/plan-change.ts';
import { changeItems } from '../billing/updating.ts';
import { mergedMetadata } from '../http/parameters.ts';
import type { SubscriptionRecord } from '../records/subscription.ts';
import { invalidRequest } from '../refusal.ts';
import { tracked } from '../tracked.ts';
import type { UpdateParams } from './subscription-parameters.ts';

// docs.stripe.com/billing/subscriptions/pending-updates-reference, with what 2026-05-27 and 2026-09-30 added.
const pendingSupports = new Set([
  'add_invoice_items',
  'billing_cycle_anchor',
  'cancel_at_period_end',
  'discounts',
  'expand',
  'items',
  'metadata',
  'payment_behavior',
  'proration_behavior',
  'proration_date',
  'trial_end',
  'trial_from_plan',
]);

const canceledAllows = new Set(['cancellation_details', 'expand', 'metadata']);
const incompleteAllows = new Set(['default_payment_method', 'expand', 'metadata']);

function requireUpdatable(subscription: SubscriptionRecord, params: UpdateParams): void {
  const given = Object.entries(params).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const { status } = subscription;
  const ended = status === 'canceled' || status === 'incomplete_expired';
  if (ended && given.some((name) => !canceledAllows.has(name))) {
    throw invalidRequest('A canceled subscription can only update its cancellation_details and metadata.');
  }
  if (status === 'incomplete' && given.some((name) => !incompleteAllows.has(name))) {
    throw invalidRequest(
      'This subscription is incomplete: only its metadata and default payment method can be updated.',
    );
  }
  if (params.payment_behavior !== 'pending_if_incomplete') return;
  const foreign = given.find((name) => !pendingSupports.has(name));
  if (foreign === undefined) return;
  throw invalidRequest(
    'When `payment_behavior` is set to `pending_if_incomplete`, you can only pass supported params. ' +
      `\`${foreign}\` is not supported. See ` +
      'https://stripe.com/docs/billing/subscriptions/pending-updates-reference#supported-attributes for more details.',
    { param: foreign },
  );
}

/** A card of the subscription's customer, or the refusal for another. */
export function requireOwnMethod(account: Account, customer: string, id: string): string {
  if (account.paymentMethods.get(id)?.customer === customer) return id;
  throw invalidRequest(
    `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
    { param: 'default_payment_method', code: 'resource_missing' },
  );
}

/** Sets or takes back the end at the current period's end. */
export function setCancelAtPeriodEnd(subscription: SubscriptionRecord, ends: boolean, now: number): void {
  if (subscription.cancel_at_period_end === ends) return;
  subscription.cancel_at_period_end = ends;
  subscription.cancel_at = ends ? (subscription.items.data[0]?.current_period_end ?? null) : null;
  subscription.canceled_at = ends ? now : null;
  subscription.cancellation_details = {
    comment: null,
    feedback: null,
    feedback_option: null,
    reason: ends ? 'cancellation_requested' : null,
  };
}

function setAttributes(account: Account, subscription: SubscriptionRecord, params: UpdateParams): void {
  subscription.metadata = mergedMetadata(subscription.metadata, params.metadata);
  if (params.description !== undefined) subscription.description = params.description;
  if (params.cancel_at_period_end !== undefined) {
    if (subscription.pending_update?.cancel_at_period_end === !params.cancel_at_period_end) {
      expirePendingUpdate(account, subscription);
    }
    setCancelAtPeriodEnd(subscription, params.cancel_at_period_end, account.now());
  }
  if (params.default_payment_method !== undefined) {
    subscription.default_payment_method = params.default_payment_method;
  }
  if (params.pause_collection !== undefined) {
    const pause = params.pause_collection;
    subscription.pause_collection = pause && { behavior: pause.behavior, resumes_at: null };
  }
  const saves = params.payment_settings?.save_default_payment_method;
  if (saves && subscription.payment_settings)
    subscription.payment_settings.save_default_payment_method = saves;
  const missing = params.trial_settings?.end_behavior.missing_payment_method;
  if (missing) {
    subscription.trial_settings = {
      end_behavior: { billing_cycle_anchor: null, missing_payment_method: missing },
    };
  }
  const details = params.cancellation_details;
  if (details && subscription.cancellation_details) {
    if (details.comment !== undefined) subscription.cancellation_details.comment = details.comment;
    if (details.feedback !== undefined) {
      subscription.cancellation_details.feedback = details.feedback as 'other' | null;
    }
  }
}

/** The update of a subscription: refused as a whole, or made with one `customer.subscription.updated`. */
export function updateSubscription(account: Account, id: string, params: UpdateParams): SubscriptionRecord {
  const subscription = account.subscriptions.require(id, 'id', 404);
  requireUpdatable(subscription, params);
  if (params.default_payment_method !== undefined) {
    requireOwnMethod(account, subscription.customer, params.default_payment_method);
  }
  const prorationBehavior = params.proration_behavior ?? 'create_prorations';
  const paymentBehavior = params.payment_behavior ?? 'allow_incomplete';
  const change = params.items
    ? planChange(account, subscription, {
        items: params.items.map(({ metadata, ...item }) => ({ ...item, ...(metadata ? { metadata } : {}) })),
        behavior: prorationBehavior,
        ...(params.proration_date === undefined ? {} : { prorationDate: params.proration_date }),
      })
    : undefined;
  const waits = paymentBehavior === 'pending_if_incomplete' && change !== undefined;
  return tracked(account, 'customer.subscription.updated', subscription, () => {
    if (!waits) {
      if (change) changeItems(account, subscription, change, { prorationBehavior, paymentBehavior });
      setAttributes(account, subscription, params);
      return;
    }
    // Metadata and the end of the subscription wait together with the items.
    if (params.metadata) change.metadata = params.metadata;
    if (params.cancel_at_period_end !== undefined) change.cancelAtPeriodEnd = params.cancel_at_period_end;
    changeItems(account, subscription, change, { prorationBehavior, paymentBehavior });
    if (subscription.pending_update === null) setAttributes(account, subscription, params);
  });
}
