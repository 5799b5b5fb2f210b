import type { Account } from '../account.ts';
import type { SubscriptionRecord } from '../records/subscription.ts';
import { collectInvoice, expectedAnswer, noCard } from './collecting.ts';
import { draftInvoice, finalizeInvoice, pendingItems } from './invoicing.ts';
import { countQuantityUpdate, requireRoomForInvoice } from './limits.ts';
import { prorationItem } from './lines.ts';
import { applyChange, expirePendingUpdate, setPendingUpdate } from './pending-update.ts';
import { changesItems, type ProrationBehavior } from './plan-change.ts';
import type { PlannedChange } from './planned-change.ts';
import { type PaymentBehavior, paymentWouldFail } from './starting.ts';
import { amountDueOf } from './totals.ts';

export interface ChangeTerms {
  prorationBehavior: ProrationBehavior;
  paymentBehavior: PaymentBehavior;
}

/** Refuses before anything is changed: nothing to charge, or a payment that must not fail would fail. */
function requirePayment(
  account: Account,
  subscription: SubscriptionRecord,
  change: PlannedChange,
  behavior: PaymentBehavior,
): void {
  const pending = pendingItems(account, subscription.customer, subscription.id);
  const total = [...pending, ...change.prorations].reduce((sum, { amount }) => sum + amount, 0);
  const customer = account.customers.require(subscription.customer, 'customer');
  if (amountDueOf(account, customer, total, subscription.currency).amountDue === 0) return;
  const answer = expectedAnswer(account, subscription.customer, subscription);
  if (answer.kind === 'no-card' && behavior !== 'default_incomplete') throw noCard();
  if (behavior !== 'error_if_incomplete' || answer.kind === 'accept' || answer.kind === 'no-card') return;
  throw paymentWouldFail(answer.kind, answer.kind === 'decline' ? answer.decline.message : undefined);
}

function invoiceNow(
  account: Account,
  subscription: SubscriptionRecord,
  change: PlannedChange,
  behavior: PaymentBehavior,
): void {
  requirePayment(account, subscription, change, behavior);
  requireRoomForInvoice(account, subscription.id);
  expirePendingUpdate(account, subscription);
  for (const proration of change.prorations) {
    const item = account.invoiceItems.insert(prorationItem(account, subscription, proration));
    account.emit('invoiceitem.created', item);
  }
  const invoice = draftInvoice(account, {
    customer: subscription.customer,
    subscription,
    reason: 'subscription_update',
    currency: subscription.currency,
    lines: [],
    items: pendingItems(account, subscription.customer, subscription.id),
    prorationDate: change.at,
  });
  finalizeInvoice(account, invoice);
  const waits = behavior === 'pending_if_incomplete';
  if (!waits) applyChange(account, subscription, change, invoice.lines.data, invoice.id);
  if (behavior === 'default_incomplete' && invoice.amount_due > 0) {
    subscription.status = 'past_due';
    return;
  }
  const outcome = collectInvoice(account, invoice, { waits });
  if (!waits) return;
  const paid = outcome.kind === 'succeeded' || outcome.kind === 'nothing_due';
  if (paid) applyChange(account, subscription, change, invoice.lines.data, invoice.id);
  else setPendingUpdate(account, subscription, change, invoice.id);
}

/**
 * Makes a planned change of a subscription's items: invoiced and charged at once, left as invoice items for the next
 * invoice, or not prorated at all. A change that is already pending gives way to this one.
 */
export function changeItems(
  account: Account,
  subscription: SubscriptionRecord,
  change: PlannedChange,
  terms: ChangeTerms,
): void {
  if (!changesItems(subscription, change.items)) {
    subscription.items.data = change.items;
    return;
  }
  countQuantityUpdate(account, subscription.id);
  if (terms.prorationBehavior === 'always_invoice' && change.prorations.length > 0) {
    invoiceNow(account, subscription, change, terms.paymentBehavior);
    return;
  }
  expirePendingUpdate(account, subscription);
  for (const proration of change.prorations) {
    const item = account.invoiceItems.insert(prorationItem(account, subscription, proration));
    account.emit('invoiceitem.created', item);
    if (proration.kind === 'debit') {
      account.debits.set(proration.item, [
        {
          amount: proration.amount,
          period: proration.period,
          source: { type: 'invoice_item', invoice_item: item.id },
        },
      ]);
    }
  }
  const kept = change.prorations.filter(({ kind }) => kind === 'credit');
  applyChange(account, subscription, { ...change, prorations: kept }, [], null);
}
