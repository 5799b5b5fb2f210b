import type { Account } from '../account.ts';
import {
  type ItemTerms,
  newSubscription,
  newSubscriptionItem,
  type SubscriptionRecord,
} from '../records/subscription.ts';
import { Refusal } from '../refusal.ts';
import { tracked } from '../tracked.ts';
import { expireIncomplete } from './cancellation.ts';
import { collectInvoice, defaultMethod, expectedAnswer, noCard } from './collecting.ts';
import { draftInvoice, finalizeInvoice, pendingItems } from './invoicing.ts';
import { subscriptionLine } from './lines.ts';
import { periodAt } from './period.ts';
import { enterPeriod, scheduleRenewal } from './renewal.ts';

const incompleteLifetime = 23 * 3_600;

export type PaymentBehavior =
  | 'allow_incomplete'
  | 'default_incomplete'
  | 'error_if_incomplete'
  | 'pending_if_incomplete';

export interface StartTerms {
  customer: string;
  currency: string;
  items: ItemTerms[];
  paymentBehavior: PaymentBehavior;
  trialEnd?: number;
  fields: Partial<SubscriptionRecord>;
}

/** Stripe's answer (402) when a change or start must not go ahead without its payment. */
export function paymentWouldFail(kind: 'authenticate' | 'decline', message?: string): Refusal {
  if (kind === 'authenticate') {
    return new Refusal(402, {
      type: 'card_error',
      code: 'subscription_payment_intent_requires_action',
      message:
        'Your card requires authentication. Use `allow_incomplete`, `default_incomplete` or `pending_if_incomplete` ' +
        'to have the customer authenticate.',
    });
  }
  return new Refusal(402, {
    type: 'card_error',
    code: 'card_declined',
    decline_code: 'generic_decline',
    message: message ?? 'Your card was declined.',
  });
}

function requirePayable(account: Account, subscription: SubscriptionRecord, behavior: PaymentBehavior): void {
  if (behavior === 'default_incomplete') return;
  const answer = expectedAnswer(account, subscription.customer, subscription);
  if (answer.kind === 'no-card') throw noCard();
  if (behavior !== 'error_if_incomplete' || answer.kind === 'accept') return;
  throw paymentWouldFail(answer.kind, answer.kind === 'decline' ? answer.decline.message : undefined);
}

/** Starts a subscription with its first invoice, final at once; active when that is paid, else incomplete for 23 hours. */
export function startSubscription(account: Account, terms: StartTerms): SubscriptionRecord {
  const now = account.now();
  const { trialEnd } = terms;
  const subscription = newSubscription(
    { ...terms.fields, customer: terms.customer, currency: terms.currency },
    now,
  );
  const recurring = terms.items[0]?.price.recurring ?? { interval: 'month', interval_count: 1 };
  const anchor = trialEnd ?? now;
  const period = trialEnd === undefined ? periodAt(anchor, recurring, now) : { start: now, end: trialEnd };
  subscription.billing_cycle_anchor = anchor;
  subscription.status = trialEnd === undefined ? 'incomplete' : 'trialing';
  subscription.trial_start = trialEnd === undefined ? null : now;
  subscription.trial_end = trialEnd ?? null;
  subscription.items.data = terms.items.map((item) =>
    newSubscriptionItem(subscription.id, item, period, now),
  );
  if (subscription.cancel_at_period_end) {
    subscription.cancel_at = period.end;
    subscription.canceled_at = now;
  }
  const due = terms.items.some(({ price, quantity }) => (price.unit_amount ?? 0) * quantity > 0);
  if (trialEnd === undefined && due) requirePayable(account, subscription, terms.paymentBehavior);
  account.subscriptions.insert(subscription);
  const customer = account.customers.require(terms.customer, 'customer');
  customer.currency ??= terms.currency;
  account.emit('customer.subscription.created', subscription);
  const invoice = draftInvoice(account, {
    customer: terms.customer,
    subscription,
    reason: 'subscription_create',
    currency: terms.currency,
    lines: subscription.items.data.map((item) =>
      subscriptionLine(account, subscription, item, period, trialEnd !== undefined),
    ),
    items: pendingItems(account, terms.customer, null),
  });
  enterPeriod(account, subscription, period, invoice);
  finalizeInvoice(account, invoice);
  scheduleRenewal(account, subscription);
  if (terms.paymentBehavior !== 'default_incomplete' || invoice.amount_due === 0) {
    const method = defaultMethod(account, terms.customer, subscription);
    collectInvoice(account, invoice, method ? { method } : {});
  }
  if (subscription.status === 'incomplete') {
    account.clock.setAlarm(`incomplete:${subscription.id}`, now + incompleteLifetime, () =>
      expireIncomplete(account, subscription),
    );
  }
  return subscription;
}

/** Begins a new period now with a fresh invoice, for a resumed subscription; active once that invoice is paid. */
export function resumeSubscription(
  account: Account,
  subscription: SubscriptionRecord,
  anew: boolean,
): SubscriptionRecord {
  const now = account.now();
  const item = subscription.items.data[0];
  const stillPaid = !anew && item !== undefined && item.current_period_end > now;
  if (stillPaid) {
    tracked(account, 'customer.subscription.updated', subscription, () => {
      subscription.status = 'active';
      delete subscription.status_details;
    });
    account.emit('customer.subscription.resumed', subscription);
    scheduleRenewal(account, subscription);
    return subscription;
  }
  const recurring = item?.price.recurring ?? { interval: 'month', interval_count: 1 };
  tracked(account, 'customer.subscription.updated', subscription, () => {
    subscription.billing_cycle_anchor = now;
    const period = periodAt(now, recurring, now);
    const invoice = draftInvoice(account, {
      customer: subscription.customer,
      subscription,
      reason: 'subscription_update',
      currency: subscription.currency,
      lines: subscription.items.data.map((entry) => subscriptionLine(account, subscription, entry, period)),
      items: pendingItems(account, subscription.customer, subscription.id),
    });
    enterPeriod(account, subscription, period, invoice);
    finalizeInvoice(account, invoice);
    scheduleRenewal(account, subscription);
    collectInvoice(account, invoice);
  });
  return subscription;
}
