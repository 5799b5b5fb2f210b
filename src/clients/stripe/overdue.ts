import type Stripe from 'stripe';
import type { Overdue } from '../../domain/billing/subscription.ts';
import { asking } from './failures.ts';

/**
 * The invoices that Stripe has tried to collect in vain, oldest first. Asked only of a subscription that is behind: Stripe
 * says so in its status.
 */
export async function overdueInvoices(
  stripe: Stripe,
  { id, status, pending_update: pending, latest_invoice: latest }: Stripe.Subscription,
): Promise<Overdue[]> {
  if (status !== 'past_due' && status !== 'unpaid') return [];
  const { data } = await asking(() => stripe.invoices.list({ subscription: id, status: 'open', limit: 100 }));
  const latestId = typeof latest === 'string' ? latest : latest?.id;
  // A change that Stripe holds back hangs on the latest invoice, and is not owed.
  const owed = data.filter((invoice) => invoice.attempt_count > 0 && !(pending && invoice.id === latestId));
  return owed.reverse().map((invoice) => ({
    invoiceId: invoice.id,
    attempt: invoice.attempt_count,
    amountDue: invoice.amount_remaining,
    url: invoice.hosted_invoice_url ?? null,
    nextAttemptAt:
      invoice.next_payment_attempt === null ? null : new Date(1000 * invoice.next_payment_attempt),
  }));
}
