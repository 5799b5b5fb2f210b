import type { Account } from '../account.ts';
import type { InvoiceRecord } from '../records/invoice.ts';
import type { SubscriptionRecord } from '../records/subscription.ts';
import { tracked } from '../tracked.ts';
import { applyPendingUpdate } from './pending-update.ts';

export function subscriptionOf(account: Account, invoice: InvoiceRecord): SubscriptionRecord | undefined {
  const id = invoice.parent?.subscription_details?.subscription;
  return id === undefined ? undefined : account.subscriptions.get(id);
}

export function waitsForInvoice(
  account: Account,
  subscription: SubscriptionRecord,
  invoice: InvoiceRecord,
): boolean {
  return account.pendingChanges.get(subscription.id)?.invoice === invoice.id;
}

/** What a paid invoice does to its subscription: it starts, recovers, resumes, or gets the change it waited for. */
export function afterPayment(account: Account, invoice: InvoiceRecord): void {
  const subscription = subscriptionOf(account, invoice);
  if (!subscription) return;
  if (waitsForInvoice(account, subscription, invoice)) {
    applyPendingUpdate(account, subscription);
    return;
  }
  const latest = subscription.latest_invoice === invoice.id;
  const resumes = subscription.status === 'paused' && latest;
  const recovers = latest && (subscription.status === 'past_due' || subscription.status === 'unpaid');
  const starts = subscription.status === 'incomplete' && invoice.billing_reason === 'subscription_create';
  if (!resumes && !recovers && !starts) return;
  tracked(account, 'customer.subscription.updated', subscription, () => {
    subscription.status = 'active';
    delete subscription.status_details;
  });
  account.clock.clearAlarm(`incomplete:${subscription.id}`);
  if (resumes) account.emit('customer.subscription.resumed', subscription);
}

/** What a failed payment does to its subscription; a change that waits for the payment leaves it as it was. */
export function afterFailedPayment(account: Account, invoice: InvoiceRecord, waits: boolean): void {
  const subscription = subscriptionOf(account, invoice);
  if (!subscription || waits || waitsForInvoice(account, subscription, invoice)) return;
  if (subscription.status !== 'active' && subscription.status !== 'trialing') return;
  tracked(account, 'customer.subscription.updated', subscription, () => {
    subscription.status = 'past_due';
  });
}
