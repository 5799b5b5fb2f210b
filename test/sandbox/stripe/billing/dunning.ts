import type { Account } from '../account.ts';
import type { InvoiceRecord } from '../records/invoice.ts';
import { tracked } from '../tracked.ts';
import { subscriptionOf } from './after-payment.ts';
import { endSubscription } from './cancellation.ts';
import { collectInvoice } from './collecting.ts';

const day = 86_400;

function giveUp(account: Account, invoice: InvoiceRecord): void {
  invoice.next_payment_attempt = null;
  const subscription = subscriptionOf(account, invoice);
  if (!subscription || subscription.status === 'canceled') return;
  if (account.settings.afterRetries === 'cancel') {
    endSubscription(account, subscription, { reason: 'payment_failed' });
  } else if (account.settings.afterRetries === 'unpaid') {
    tracked(account, 'customer.subscription.updated', subscription, () => {
      subscription.status = 'unpaid';
    });
  }
}

/** Charges an invoice, and again on each day of `settings.retryDays` after it became final, until it is paid. */
export function collectWithRetries(account: Account, invoice: InvoiceRecord, attempt = 0): void {
  if (invoice.status !== 'open') return;
  const retry = account.settings.retryDays[attempt];
  const final = invoice.status_transitions.finalized_at ?? account.now();
  const next = retry === undefined ? null : final + retry * day;
  invoice.next_payment_attempt = next;
  const outcome = collectInvoice(account, invoice);
  if (outcome.kind === 'succeeded' || outcome.kind === 'nothing_due') return;
  if (next === null) giveUp(account, invoice);
  else
    account.clock.setAlarm(`retry:${invoice.id}`, next, () =>
      collectWithRetries(account, invoice, attempt + 1),
    );
}
