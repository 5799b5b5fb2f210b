import type Stripe from 'stripe';
import type { Overdue } from '../../domain/billing/subscription.ts';
import { asking } from './failures.ts';

/** Nothing is collected under these. */
const over = ['incomplete', 'incomplete_expired', 'canceled'];

/**
 * The invoices that Stripe has tried to collect in vain, oldest first; under `unpaid` also the newest, which nobody collects and
 * which brings the subscription back. Asked of a subscription that is behind, and where something was owed when it was read
 * before (`owing`): a newer invoice that is paid makes it active and leaves the older one open. Otherwise null: not asked.
 */
export async function overdueInvoices(
  stripe: Stripe,
  { id, status, pending_update: pending, latest_invoice: latest }: Stripe.Subscription,
  owing: boolean,
): Promise<Overdue[] | null> {
  if (over.includes(status)) return [];
  if (status !== 'past_due' && status !== 'unpaid' && !owing) return null;
  const { data } = await asking(() => stripe.invoices.list({ subscription: id, status: 'open', limit: 100 }));
  const latestId = typeof latest === 'string' ? latest : latest?.id;
  // A change that Stripe holds back hangs on the latest invoice, and is not owed.
  const owed = data.filter((invoice) => {
    if (invoice.id === latestId && pending) return false;
    return invoice.attempt_count > 0 || (status === 'unpaid' && invoice.id === latestId);
  });
  return owed.reverse().map((invoice) => ({
    invoiceId: invoice.id,
    attempt: invoice.attempt_count,
    amountDue: invoice.amount_remaining,
    url: invoice.hosted_invoice_url ?? null,
    issuedAt: new Date(1000 * invoice.created),
    nextAttemptAt:
      invoice.next_payment_attempt === null ? null : new Date(1000 * invoice.next_payment_attempt),
  }));
}
