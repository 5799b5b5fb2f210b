import type { Account } from '../account.ts';
import type { BankAnswer } from '../payments/card-behaviours.ts';
import { attemptPayment, type PaymentOutcome } from '../payments/intents.ts';
import type { InvoiceRecord } from '../records/invoice.ts';
import type { PaymentMethodRecord } from '../records/payment.ts';
import type { SubscriptionRecord } from '../records/subscription.ts';
import { Refusal } from '../refusal.ts';
import { afterFailedPayment, afterPayment, subscriptionOf } from './after-payment.ts';
import { intentOf } from './invoicing.ts';

/** The card an invoice is charged to: the subscription's, else the customer's default. */
export function defaultMethod(
  account: Account,
  customer: string,
  subscription: SubscriptionRecord | undefined,
): PaymentMethodRecord | undefined {
  const id =
    subscription?.default_payment_method ??
    account.customers.get(customer)?.invoice_settings.default_payment_method ??
    null;
  return id === null ? undefined : account.paymentMethods.get(id);
}

/** What charging the default card would come to, without charging it. */
export function expectedAnswer(
  account: Account,
  customer: string,
  subscription: SubscriptionRecord | undefined,
): BankAnswer | { kind: 'no-card' } {
  const method = defaultMethod(account, customer, subscription);
  return method ? account.cards.answer(method) : { kind: 'no-card' };
}

/** Stripe's answer when there is nothing to charge. */
export function noCard(): Refusal {
  return new Refusal(400, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message:
      'This customer has no attached payment source or default payment method. ' +
      'Please consider adding a default payment method.',
  });
}

/** Marks an invoice paid and lets its subscription know. */
export function settleInvoice(
  account: Account,
  invoice: InvoiceRecord,
  options: { outOfBand?: boolean } = {},
): void {
  invoice.status = 'paid';
  invoice.auto_advance = false;
  invoice.attempted = true;
  invoice.amount_paid = invoice.amount_due;
  invoice.amount_remaining = 0;
  if (options.outOfBand) invoice.amount_paid_off_stripe = invoice.amount_due;
  invoice.next_payment_attempt = null;
  invoice.status_transitions.paid_at = account.now();
  account.clock.clearAlarm(`retry:${invoice.id}`);
  const payment = account.invoicePayments.all().findLast((record) => record.invoice === invoice.id);
  if (payment && !options.outOfBand) {
    payment.status = 'paid';
    payment.amount_paid = invoice.amount_paid;
    payment.status_transitions.paid_at = account.now();
    account.emit('invoice_payment.paid', payment);
  }
  account.emit('invoice.paid', invoice);
  account.emit('invoice.payment_succeeded', invoice);
  afterPayment(account, invoice);
}

export function failInvoice(
  account: Account,
  invoice: InvoiceRecord,
  actionRequired: boolean,
  waits: boolean,
): void {
  if (actionRequired) account.emit('invoice.payment_action_required', invoice);
  account.emit('invoice.payment_failed', invoice);
  afterFailedPayment(account, invoice, waits);
}

export type CollectionOutcome = PaymentOutcome | { kind: 'nothing_due' } | { kind: 'no-card' };

/**
 * Charges a finalized invoice. `waits`: a subscription change depends on it, so a failure is not the subscription's.
 * Whatever comes of it is recorded; nothing is thrown.
 */
export function collectInvoice(
  account: Account,
  invoice: InvoiceRecord,
  options: { method?: PaymentMethodRecord; waits?: boolean } = {},
): CollectionOutcome {
  if (invoice.amount_due === 0) {
    settleInvoice(account, invoice);
    return { kind: 'nothing_due' };
  }
  const subscription = subscriptionOf(account, invoice);
  const method = options.method ?? defaultMethod(account, invoice.customer, subscription);
  const intent = intentOf(account, invoice.id);
  invoice.attempted = true;
  invoice.attempt_count += 1;
  if (!method || !intent) {
    failInvoice(account, invoice, false, options.waits ?? false);
    return { kind: 'no-card' };
  }
  const outcome = attemptPayment(account, intent, method);
  if (outcome.kind === 'succeeded') settleInvoice(account, invoice);
  else failInvoice(account, invoice, outcome.kind === 'requires_action', options.waits ?? false);
  return outcome;
}
