import type { Account } from '../account.ts';
import { finishAuthentication } from '../payments/intents.ts';
import type { InvoiceRecord } from '../records/invoice.ts';
import type { PaymentIntentRecord, PaymentMethodRecord } from '../records/payment.ts';
import { invalidRequest, Refusal } from '../refusal.ts';
import { subscriptionOf } from './after-payment.ts';
import { collectInvoice, failInvoice, noCard, settleInvoice } from './collecting.ts';
import { voidInvoice } from './invoicing.ts';
import { discardPendingUpdate } from './pending-update.ts';

/** Pays an open invoice on request. What fails is recorded and then refused (402) as Stripe does. */
export function payInvoice(
  account: Account,
  invoice: InvoiceRecord,
  method?: PaymentMethodRecord,
): InvoiceRecord {
  if (invoice.status === 'paid') throw invalidRequest('Invoice is already paid');
  if (invoice.status === 'draft') {
    throw invalidRequest('This invoice is a draft; finalize it before it is paid.', {
      code: 'invoice_not_editable',
    });
  }
  if (invoice.status === 'void') throw invalidRequest('Void invoices cannot be paid.');
  const outcome = collectInvoice(account, invoice, method ? { method } : {});
  if (outcome.kind === 'no-card') throw noCard();
  if (outcome.kind === 'declined') {
    throw new Refusal(402, {
      type: 'card_error',
      code: outcome.decline.code,
      decline_code: outcome.decline.declineCode,
      message: outcome.decline.message,
      charge: outcome.charge.id,
    });
  }
  if (outcome.kind === 'requires_action') {
    throw new Refusal(402, {
      type: 'card_error',
      code: 'invoice_payment_intent_requires_action',
      message:
        'This payment requires additional user action before it can be completed successfully. Payment can be completed ' +
        'using the PaymentIntent associated with the invoice.',
    });
  }
  return invoice;
}

/** The invoice a PaymentIntent pays. */
export function invoiceOf(account: Account, intent: PaymentIntentRecord): InvoiceRecord | undefined {
  const payment = account.invoicePayments.all().find((record) => record.payment.payment_intent === intent.id);
  return payment && account.invoices.get(payment.invoice);
}

/** The end of 3-D Secure for a PaymentIntent, and of what waits for it. */
export function endAuthentication(account: Account, intent: PaymentIntentRecord, passed: boolean): boolean {
  if (intent.status !== 'requires_action') {
    throw invalidRequest(
      `The PaymentIntent ${intent.id} waits for no authentication: its status is ${intent.status}.`,
    );
  }
  const outcome = finishAuthentication(account, intent, passed);
  const invoice = invoiceOf(account, intent);
  if (invoice?.status === 'open') {
    if (outcome.kind === 'succeeded') settleInvoice(account, invoice);
    else failInvoice(account, invoice, false, false);
  }
  return outcome.kind === 'succeeded';
}

/** Voids an invoice on request; a change that waited for it is dropped. */
export function voidOnRequest(account: Account, invoice: InvoiceRecord): InvoiceRecord {
  voidInvoice(account, invoice);
  const subscription = subscriptionOf(account, invoice);
  if (subscription && account.pendingChanges.get(subscription.id)?.invoice === invoice.id) {
    discardPendingUpdate(account, subscription);
  }
  return invoice;
}
