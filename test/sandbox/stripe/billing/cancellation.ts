import type { Account } from '../account.ts';
import type { SubscriptionRecord } from '../records/subscription.ts';
import { collectInvoice } from './collecting.ts';
import { draftInvoice, finalizeInvoice, pendingItems, voidInvoice } from './invoicing.ts';
import { prorationItem } from './lines.ts';
import { expirePendingUpdate } from './pending-update.ts';
import { prorationsOf } from './proration.ts';

export interface CancellationTerms {
  reason: 'cancellation_requested' | 'payment_failed' | 'payment_disputed';
  /** Bill what is pending on a last invoice. */
  invoiceNow?: boolean;
  /** Credit the unused time. */
  prorate?: boolean;
  comment?: string | null;
  feedback?: string | null;
}

const alarms = ['renew', 'upcoming', 'pending', 'incomplete', 'trial-end'];

export function clearAlarms(account: Account, subscription: string): void {
  for (const alarm of alarms) account.clock.clearAlarm(`${alarm}:${subscription}`);
}

function creditUnusedTime(account: Account, subscription: SubscriptionRecord): void {
  const credits = prorationsOf({
    before: subscription.items.data,
    after: [],
    debits: (item) => account.debits.get(item) ?? [],
    classic: subscription.billing_mode.type === 'classic',
    at: account.now(),
  });
  for (const credit of credits) {
    const item = account.invoiceItems.insert(prorationItem(account, subscription, credit));
    account.emit('invoiceitem.created', item);
  }
}

/** Stops the automatic collection of every open invoice, as Stripe does when a subscription ends. */
function stopCollection(account: Account, subscription: string): void {
  for (const invoice of account.invoices.all()) {
    if (invoice.parent?.subscription_details?.subscription !== subscription) continue;
    if (invoice.status !== 'open' && invoice.status !== 'draft') continue;
    invoice.auto_advance = false;
    invoice.next_payment_attempt = null;
    account.clock.clearAlarm(`retry:${invoice.id}`);
    account.clock.clearAlarm(`finalize:${invoice.id}`);
  }
}

/** Ends a subscription now; `customer.subscription.deleted` tells of it. */
export function endSubscription(
  account: Account,
  subscription: SubscriptionRecord,
  terms: CancellationTerms,
): void {
  expirePendingUpdate(account, subscription);
  clearAlarms(account, subscription.id);
  stopCollection(account, subscription.id);
  if (terms.prorate) creditUnusedTime(account, subscription);
  const now = account.now();
  subscription.status = 'canceled';
  subscription.ended_at = now;
  subscription.canceled_at ??= now;
  subscription.cancellation_details = {
    comment: terms.comment ?? null,
    feedback: (terms.feedback ?? null) as 'other' | null,
    feedback_option: null,
    reason: terms.reason,
  };
  account.emit('customer.subscription.deleted', subscription);
  const items = terms.invoiceNow ? pendingItems(account, subscription.customer, subscription.id) : [];
  if (items.length === 0) return;
  const invoice = draftInvoice(account, {
    customer: subscription.customer,
    subscription,
    reason: 'subscription_update',
    currency: subscription.currency,
    lines: [],
    items,
  });
  finalizeInvoice(account, invoice);
  collectInvoice(account, invoice);
}

/** The first payment never came: 23 hours after its start an incomplete subscription is over. */
export function expireIncomplete(account: Account, subscription: SubscriptionRecord): void {
  if (subscription.status !== 'incomplete') return;
  clearAlarms(account, subscription.id);
  const invoice = account.invoices.get(subscription.latest_invoice ?? '');
  if (invoice?.status === 'open') voidInvoice(account, invoice);
  subscription.status = 'incomplete_expired';
  subscription.ended_at = account.now();
  account.emit('customer.subscription.updated', subscription, { status: 'incomplete' });
}
