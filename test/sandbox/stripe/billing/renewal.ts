import type { Account } from '../account.ts';
import type { InvoiceRecord } from '../records/invoice.ts';
import type { SubscriptionRecord } from '../records/subscription.ts';
import { tracked } from '../tracked.ts';
import { endSubscription } from './cancellation.ts';
import { defaultMethod } from './collecting.ts';
import { collectWithRetries } from './dunning.ts';
import { draftInvoice, finalizeInvoice, pendingItems, voidInvoice } from './invoicing.ts';
import { subscriptionLine } from './lines.ts';
import { pauseSubscription } from './pausing.ts';
import { expirePendingUpdate } from './pending-update.ts';
import { type Period, periodAt } from './period.ts';
import { upcomingInvoice } from './preview.ts';
import { fullAmount } from './proration.ts';

const day = 86_400;

export function currentPeriod(subscription: SubscriptionRecord): Period {
  const [item] = subscription.items.data;
  return { start: item?.current_period_start ?? 0, end: item?.current_period_end ?? 0 };
}

/** Sets what falls due next: the notice of the upcoming invoice, the end of a trial, the renewal. */
export function scheduleRenewal(account: Account, subscription: SubscriptionRecord): void {
  const { id } = subscription;
  const { start, end } = currentPeriod(subscription);
  const notice = end - account.settings.upcomingDays * day;
  if (notice > start) {
    account.clock.setAlarm(`upcoming:${id}`, notice, () => {
      if (subscription.status !== 'active' || subscription.cancel_at_period_end) return;
      const { id: _, ...upcoming } = upcomingInvoice(account, subscription);
      account.emit('invoice.upcoming', upcoming);
    });
  }
  if (subscription.status === 'trialing') {
    const notice = Math.max(account.now(), end - 3 * day);
    account.clock.setAlarm(`trial-end:${id}`, notice, () => {
      if (subscription.status === 'trialing')
        account.emit('customer.subscription.trial_will_end', subscription);
    });
  }
  account.clock.setAlarm(`renew:${id}`, end, () => renew(account, subscription));
}

/** Sets the period of every item, and what later credits are computed from. */
export function enterPeriod(
  account: Account,
  subscription: SubscriptionRecord,
  period: Period,
  invoice: InvoiceRecord,
): void {
  for (const item of subscription.items.data) {
    item.current_period_start = period.start;
    item.current_period_end = period.end;
    item.billed_until = period.end;
    const line = invoice.lines.data.find(({ parent }) => {
      const details = parent?.subscription_item_details;
      return details?.subscription_item === item.id && !details.proration;
    });
    account.debits.set(item.id, [
      {
        amount: line?.amount ?? fullAmount(item.price, item.quantity),
        period,
        source: line
          ? {
              type: 'invoice_line_items',
              invoice_line_item_details: { invoice: invoice.id, invoice_line_items: [line.id] },
            }
          : null,
      },
    ]);
  }
}

function finishDraft(account: Account, subscription: SubscriptionRecord, invoice: InvoiceRecord): void {
  if (invoice.status !== 'draft') return;
  const pause = subscription.pause_collection?.behavior;
  if (pause === 'keep_as_draft' || subscription.status === 'unpaid') {
    invoice.auto_advance = false;
    return;
  }
  finalizeInvoice(account, invoice);
  if (pause === 'void') voidInvoice(account, invoice);
  else if (pause === 'mark_uncollectible') {
    invoice.status = 'uncollectible';
    invoice.status_transitions.marked_uncollectible_at = account.now();
    account.emit('invoice.marked_uncollectible', invoice);
  } else collectWithRetries(account, invoice);
}

function endsInsteadOfRenewing(account: Account, subscription: SubscriptionRecord): boolean {
  if (subscription.cancel_at_period_end) {
    endSubscription(account, subscription, { reason: 'cancellation_requested', invoiceNow: true });
    return true;
  }
  if (subscription.status !== 'trialing') return false;
  if (defaultMethod(account, subscription.customer, subscription)) return false;
  const missing = subscription.trial_settings?.end_behavior.missing_payment_method;
  if (missing === 'cancel') endSubscription(account, subscription, { reason: 'payment_failed' });
  if (missing === 'pause') pauseSubscription(account, subscription, 'trial_end_without_payment_method');
  return missing === 'cancel' || missing === 'pause';
}

/** The period is over: the next one begins, with a draft invoice that is final and charged an hour later. */
function renew(account: Account, subscription: SubscriptionRecord): void {
  if (!['active', 'past_due', 'trialing', 'unpaid'].includes(subscription.status)) return;
  expirePendingUpdate(account, subscription);
  if (endsInsteadOfRenewing(account, subscription)) return;
  const old = currentPeriod(subscription);
  const recurring = subscription.items.data[0]?.price.recurring;
  if (!recurring) return;
  const period = periodAt(subscription.billing_cycle_anchor, recurring, old.end);
  const now = account.now();
  tracked(account, 'customer.subscription.updated', subscription, () => {
    if (subscription.status === 'trialing') subscription.status = 'active';
    const invoice = draftInvoice(account, {
      customer: subscription.customer,
      subscription,
      reason: 'subscription_cycle',
      currency: subscription.currency,
      lines: subscription.items.data.map((item) => subscriptionLine(account, subscription, item, period)),
      items: pendingItems(account, subscription.customer, subscription.id),
      period: old,
    });
    invoice.automatically_finalizes_at = now + account.settings.draftSeconds;
    enterPeriod(account, subscription, period, invoice);
    account.clock.setAlarm(`finalize:${invoice.id}`, invoice.automatically_finalizes_at, () =>
      finishDraft(account, subscription, invoice),
    );
  });
  scheduleRenewal(account, subscription);
}
