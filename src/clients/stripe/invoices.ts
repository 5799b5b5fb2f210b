import type Stripe from 'stripe';
import { asking, StripeRefusal } from './failures.ts';
import { isProration } from './prorations.ts';
import { seatItem } from './seat-price.ts';
import { endOf, monthlyAmount } from './subscriptions.ts';

/** What another number of seats would cost. Amounts are in the smallest unit of `currency`. */
export interface ChangePreview {
  /** Due at once for an increase, tax and earlier credits counted; below zero the credit of a decrease. */
  amountDue: number;
  /** The tax within `amountDue`; null where Stripe reports none. */
  tax: number | null;
  /** For all seats at Stripe's own price, before tax; null where that is no single monthly amount. */
  newMonthlyTotal: number | null;
  currency: string;
  /** Null where the subscription ends before. */
  nextInvoiceAt: Date | null;
  /** When the subscription ends because somebody canceled it; null while it goes on. */
  endsAt: Date | null;
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
  const charge = quantity > (item.quantity ?? 0);
  const price = monthlyAmount(item.price);
  const renewsAt = new Date(1000 * item.current_period_end);
  const endsAt = endOf(subscription, item);
  return {
    ...(charge ? chargeOf(invoice) : creditOf(invoice, start)),
    newMonthlyTotal: price === null ? null : quantity * price,
    currency: invoice.currency,
    nextInvoiceAt: endsAt && endsAt <= renewsAt ? null : renewsAt,
    endsAt,
  };
}

/** Earlier credits are collected with an increase, so that it is the invoice as a whole that is charged. */
function chargeOf({ amount_due: amountDue, total_taxes: taxes }: Stripe.Invoice) {
  return { amountDue, tax: sumOf(taxes) };
}

/** A decrease is credited later, for its own lines alone. */
function creditOf({ lines }: Stripe.Invoice, start: number) {
  const own = lines.data.filter((line) => isProration(line) && line.period.start === start);
  const taxes = own.flatMap((line) => line.taxes ?? []);
  const onTop = sumOf(taxes.filter((tax) => tax.tax_behavior === 'exclusive')) ?? 0;
  return { amountDue: onTop + own.reduce((sum, { amount }) => sum + amount, 0), tax: sumOf(taxes) };
}

function sumOf(taxes: readonly { amount: number }[] | null): number | null {
  return taxes && taxes.length > 0 ? taxes.reduce((sum, { amount }) => sum + amount, 0) : null;
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

/**
 * Makes a draft final, so that it has a page to be paid on. Nothing is collected by it. One that is final already stays as it is.
 */
export async function finalizeInvoice(
  stripe: Stripe,
  invoiceId: string,
  idempotencyKey: string,
): Promise<void> {
  try {
    await asking(() =>
      stripe.invoices.finalizeInvoice(invoiceId, { auto_advance: false }, { idempotencyKey }),
    );
  } catch (error) {
    if (!(error instanceof StripeRefusal)) throw error;
    const invoice = await asking(() => stripe.invoices.retrieve(invoiceId));
    if (invoice.status === 'draft') throw error;
  }
}
