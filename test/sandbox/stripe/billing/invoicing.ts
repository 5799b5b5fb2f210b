import type { Account } from '../account.ts';
import { randomText } from '../identifiers.ts';
import { type InvoiceRecord, type LineRecord, newInvoice } from '../records/invoice.ts';
import type { InvoiceItemRecord } from '../records/invoice-item.ts';
import { newInvoicePayment, newPaymentIntent, type PaymentIntentRecord } from '../records/payment.ts';
import type { SubscriptionRecord } from '../records/subscription.ts';
import { invalidRequest } from '../refusal.ts';
import { tracked } from '../tracked.ts';
import { noteInvoice } from './limits.ts';
import { lineOfInvoiceItem } from './lines.ts';
import { amountDueOf } from './totals.ts';

/** Invoice items that wait for the next invoice of this subscription, or of the customer when they name none. */
export function pendingItems(
  account: Account,
  customer: string,
  subscription: string | null,
): InvoiceItemRecord[] {
  return account.invoiceItems.all().filter((item) => {
    const owner = item.parent?.subscription_details?.subscription ?? null;
    return item.invoice === null && item.customer === customer && (owner === null || owner === subscription);
  });
}

export interface DraftTerms {
  customer: string;
  subscription?: SubscriptionRecord;
  reason: InvoiceRecord['billing_reason'];
  currency: string;
  lines: LineRecord[];
  /** Invoice items taken onto this invoice. */
  items: InvoiceItemRecord[];
  period?: { start: number; end: number };
  prorationDate?: number;
}

/** A new draft invoice; it becomes the subscription's latest. */
export function draftInvoice(account: Account, terms: DraftTerms): InvoiceRecord {
  const { subscription, items } = terms;
  const lines = [...items.map(lineOfInvoiceItem), ...terms.lines];
  const now = account.now();
  const invoice = newInvoice(
    account.customers.require(terms.customer, 'customer'),
    {
      billing_reason: terms.reason,
      currency: terms.currency,
      parent: subscription
        ? {
            quote_details: null,
            subscription_details: {
              metadata: { ...subscription.metadata },
              subscription: subscription.id,
              ...(terms.prorationDate === undefined
                ? {}
                : { subscription_proration_date: terms.prorationDate }),
            },
            type: 'subscription_details',
          }
        : null,
      period_start: terms.period?.start ?? now,
      period_end: terms.period?.end ?? now,
    },
    lines,
    now,
  );
  account.invoices.insert(invoice);
  for (const item of items) {
    item.invoice = invoice.id;
  }
  if (subscription) {
    noteInvoice(account, subscription.id);
    subscription.latest_invoice = invoice.id;
  }
  account.emit('invoice.created', invoice);
  return invoice;
}

function openPayment(account: Account, invoice: InvoiceRecord): void {
  const intent = newPaymentIntent(
    {
      amount: invoice.amount_due,
      currency: invoice.currency,
      customer: invoice.customer,
      description:
        invoice.billing_reason === 'subscription_create' ? 'Subscription creation' : 'Subscription update',
    },
    account.now(),
  );
  account.paymentIntents.insert(intent);
  account.invoicePayments.insert(newInvoicePayment(invoice.id, intent, account.now()));
  account.emit('payment_intent.created', intent);
}

/** Makes a draft final: number, balance applied, amount due fixed, a page to pay on, a PaymentIntent to pay it with. */
export function finalizeInvoice(account: Account, invoice: InvoiceRecord): InvoiceRecord {
  if (invoice.status !== 'draft') {
    throw invalidRequest("This invoice is already finalized, you can't re-finalize a non-draft invoice.", {
      code: 'invoice_not_editable',
    });
  }
  const customer = account.customers.require(invoice.customer, 'customer');
  const due = amountDueOf(account, customer, invoice.total, invoice.currency);
  invoice.status = 'open';
  invoice.status_transitions.finalized_at = account.now();
  invoice.effective_at = account.now();
  invoice.automatically_finalizes_at = null;
  invoice.number = `${customer.invoice_prefix}-${String(customer.next_invoice_sequence).padStart(4, '0')}`;
  customer.next_invoice_sequence += 1;
  invoice.starting_balance = due.startingBalance;
  invoice.ending_balance = due.endingBalance;
  invoice.amount_due = due.amountDue;
  invoice.amount_remaining = due.amountDue;
  invoice.hosted_invoice_url = `${account.baseUrl}/i/acct_sandbox/${randomText(40)}`;
  invoice.invoice_pdf = `${invoice.hosted_invoice_url}/pdf`;
  if (customer.balance !== due.endingBalance) {
    tracked(account, 'customer.updated', customer, (record) => {
      record.balance = due.endingBalance;
    });
  }
  if (invoice.amount_due > 0) openPayment(account, invoice);
  account.emit('invoice.finalized', invoice);
  return invoice;
}

/** The PaymentIntent an open invoice is paid with, if there is anything to pay. */
export function intentOf(account: Account, invoice: string): PaymentIntentRecord | undefined {
  const payment = account.invoicePayments.all().findLast((record) => record.invoice === invoice);
  return payment && account.paymentIntents.get(payment.payment.payment_intent);
}

/** Voids an invoice: never paid again, its PaymentIntent canceled, the balance it had used given back. */
export function voidInvoice(account: Account, invoice: InvoiceRecord): InvoiceRecord {
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible') {
    throw invalidRequest(
      `You can only pass in open or uncollectible invoices. This invoice is ${invoice.status}.`,
    );
  }
  const intent = intentOf(account, invoice.id);
  if (intent && intent.status !== 'succeeded') {
    intent.status = 'canceled';
    intent.canceled_at = account.now();
    intent.cancellation_reason = 'void_invoice';
    intent.next_action = null;
    account.emit('payment_intent.canceled', intent);
  }
  const customer = account.customers.get(invoice.customer);
  const used = invoice.starting_balance - (invoice.ending_balance ?? 0);
  if (customer && !customer.deleted && used !== 0) {
    tracked(account, 'customer.updated', customer, (record) => {
      record.balance += used;
    });
  }
  invoice.status = 'void';
  invoice.auto_advance = false;
  invoice.next_payment_attempt = null;
  invoice.status_transitions.voided_at = account.now();
  account.clock.clearAlarm(`retry:${invoice.id}`);
  account.emit('invoice.voided', invoice);
  return invoice;
}
