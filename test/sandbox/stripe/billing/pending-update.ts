import type { Account } from '../account.ts';
import type { LineRecord } from '../records/invoice.ts';
import type { SubscriptionRecord } from '../records/subscription.ts';
import { tracked } from '../tracked.ts';
import { voidInvoice } from './invoicing.ts';
import type { PlannedChange } from './planned-change.ts';

const lifetime = 23 * 3_600;

/** Makes a planned change real: items, metadata, and what later credits are computed from. */
export function applyChange(
  account: Account,
  subscription: SubscriptionRecord,
  change: PlannedChange,
  lines: LineRecord[],
  invoice: string | null,
): void {
  subscription.items.data = change.items;
  if (change.metadata) subscription.metadata = { ...subscription.metadata, ...change.metadata };
  for (const debit of change.prorations.filter(({ kind }) => kind === 'debit')) {
    const line = lines.find(({ parent, amount }) => {
      const details = parent?.subscription_item_details;
      return details?.subscription_item === debit.item && details.proration && amount === debit.amount;
    });
    account.debits.set(debit.item, [
      {
        amount: debit.amount,
        period: debit.period,
        source:
          line && invoice
            ? {
                type: 'invoice_line_items',
                invoice_line_item_details: { invoice, invoice_line_items: [line.id] },
              }
            : null,
      },
    ]);
  }
}

/** Keeps a change waiting for its invoice to be paid: 23 hours, or until the period ends if that is sooner. */
export function setPendingUpdate(
  account: Account,
  subscription: SubscriptionRecord,
  change: PlannedChange,
  invoice: string,
): void {
  const periodEnd = Math.min(...subscription.items.data.map((item) => item.current_period_end));
  const expiresAt = Math.min(account.now() + lifetime, periodEnd);
  subscription.pending_update = {
    billing_cycle_anchor: null,
    cancel_at_period_end: change.cancelAtPeriodEnd ?? null,
    discount: null,
    discounts: null,
    expires_at: expiresAt,
    metadata: change.metadata ?? null,
    subscription_items: structuredClone(change.items),
    trial_end: null,
    trial_from_plan: null,
  };
  account.pendingChanges.set(subscription.id, { change, invoice });
  account.clock.setAlarm(`pending:${subscription.id}`, expiresAt, () =>
    expirePendingUpdate(account, subscription),
  );
}

function clear(account: Account, subscription: SubscriptionRecord): void {
  subscription.pending_update = null;
  account.pendingChanges.delete(subscription.id);
  account.clock.clearAlarm(`pending:${subscription.id}`);
}

/** The invoice was paid: the change happens now. */
export function applyPendingUpdate(account: Account, subscription: SubscriptionRecord): void {
  const pending = account.pendingChanges.get(subscription.id);
  if (!pending) return;
  const invoice = account.invoices.get(pending.invoice);
  tracked(account, 'customer.subscription.updated', subscription, () => {
    clear(account, subscription);
    applyChange(account, subscription, pending.change, invoice?.lines.data ?? [], pending.invoice);
  });
  account.emit('customer.subscription.pending_update_applied', subscription);
}

/** The invoice was voided by hand: the change is dropped. */
export function discardPendingUpdate(account: Account, subscription: SubscriptionRecord): void {
  tracked(account, 'customer.subscription.updated', subscription, () => clear(account, subscription));
}

/** Time ran out, or another change took its place: the change is dropped and its invoice voided. */
export function expirePendingUpdate(account: Account, subscription: SubscriptionRecord): void {
  const pending = account.pendingChanges.get(subscription.id);
  if (!pending) return;
  discardPendingUpdate(account, subscription);
  account.emit('customer.subscription.pending_update_expired', subscription);
  const invoice = account.invoices.get(pending.invoice);
  if (invoice?.status === 'open') voidInvoice(account, invoice);
}
