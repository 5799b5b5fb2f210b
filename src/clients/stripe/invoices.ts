import type Stripe from 'stripe';
import { asking, StripeRefusal } from './failures.ts';
import { isProration } from './prorations.ts';
import { seatItem } from './seat-price.ts';

export interface ChangePreview {
  /** Pence due at once for an increase; below zero the credit of a decrease. */
  amountDuePence: number;
  nextInvoiceAt: Date | null;
}

/** What another number of seats would cost, prorated from `prorationAt` (whole seconds). Changes nothing. */
export async function previewChange(
  stripe: Stripe,
  subscriptionId: string,
  quantity: number,
  prorationAt: Date,
): Promise<ChangePreview> {
  const subscription = await asking(() => stripe.subscriptions.retrieve(subscriptionId));
  const item = seatItem(subscription);
  const start = Math.max(Math.floor(prorationAt.getTime() / 1000), item.current_period_start);
  const invoice = await asking(() =>
    stripe.invoices.createPreview({
      subscription: subscriptionId,
      subscription_details: {
        items: [{ id: item.id, quantity }],
        proration_behavior: 'always_invoice',
        proration_date: start,
      },
    }),
  );
  const own = invoice.lines.data.filter((line) => isProration(line) && line.period.start === start);
  const credit = own.reduce((sum, { amount }) => sum + amount, 0);
  return {
    amountDuePence: quantity > (item.quantity ?? 0) ? invoice.amount_due : credit,
    nextInvoiceAt: subscription.cancel_at_period_end ? null : new Date(1000 * item.current_period_end),
  };
}

/**
 * Withdraws an invoice that waits for its payment, and with it the change of the subscription that hangs on it. Where it
 * was paid or withdrawn meanwhile, that stands: read the subscription.
 */
export async function withdrawInvoice(stripe: Stripe, invoiceId: string): Promise<void> {
  try {
    await asking(() => stripe.invoices.voidInvoice(invoiceId));
  } catch (error) {
    if (!(error instanceof StripeRefusal)) throw error;
    const invoice = await asking(() => stripe.invoices.retrieve(invoiceId));
    if (invoice.status !== 'paid' && invoice.status !== 'void') throw error;
  }
}
