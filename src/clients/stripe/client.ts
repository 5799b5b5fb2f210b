import type { SubscriptionReading } from '../../domain/billing/subscription.ts';
import type { AccountReading } from '../../domain/payments/account/apply-account.ts';
import type { PaymentReading } from '../../domain/payments/checkout/apply-payment.ts';
import type { PaymentPage, PaymentToOpen } from '../../domain/payments/checkout/page.ts';
import type { RefundToSend } from '../../domain/payments/refunds/send-refund.ts';
import { createAccount, openDashboard, openOnboarding, readAccount } from './accounts.ts';
import { cancelForGood, closeCheckouts, setEnding } from './cancellation.ts';
import {
  type CheckoutRequest,
  type CheckoutState,
  findSubscription,
  type OpenedCheckout,
  openCheckout,
  readCheckout,
} from './checkout.ts';
import { connectStripe, type StripeOptions } from './connection.ts';
import { createCustomer, type NewCustomer, updateCustomer } from './customers.ts';
import { type ChangePreview, finalizeInvoice, previewChange, withdrawInvoice } from './invoices.ts';
import {
  type ListedEvent,
  type ListedSubscription,
  listEvents,
  listSubscriptions,
  readSeatPrice,
  type StripePage,
} from './listing.ts';
import { findPaymentPage, openPaymentPage } from './payment-page.ts';
import { refundPayment } from './payment-refund.ts';
import { readPayment } from './payments.ts';
import { type Dispute, type Refund, readDispute, readRefunds } from './payments-back.ts';
import { openPortal } from './portal.ts';
import { type BoughtSubscription, readBought, refundBought } from './second-subscription.ts';
import { changeQuantity, type QuantityChange, readSubscription } from './subscriptions.ts';

/** Stripe as the product needs it. Every call fails with a RetryableFailure or a PermanentFailure. */
export interface StripeClient {
  readSubscription(subscriptionId: string, readAt: Date, owing?: boolean): Promise<SubscriptionReading>;
  changeQuantity(change: QuantityChange): Promise<void>;
  previewChange(subscriptionId: string, quantity: number, prorationAt: Date): Promise<ChangePreview>;
  withdrawInvoice(invoiceId: string): Promise<void>;
  finalizeInvoice(invoiceId: string, idempotencyKey: string): Promise<void>;
  createCustomer(customer: NewCustomer): Promise<string>;
  findSubscription(customerId: string): Promise<string | null>;
  openCheckout(request: CheckoutRequest): Promise<OpenedCheckout>;
  readCheckout(sessionId: string): Promise<CheckoutState>;
  updateCustomer(customerId: string, said: { name: string; email: string | null }): Promise<boolean>;
  readRefunds(which: { refundId: string } | { chargeId: string }): Promise<Refund[]>;
  readDispute(disputeId: string): Promise<Dispute>;
  readBought(subscriptionId: string): Promise<BoughtSubscription>;
  refundBought(
    payment: { paymentIntent: string; subscriptionId: string },
    idempotencyKey: string,
  ): Promise<void>;
  listSubscriptions(after: string | null): Promise<StripePage<ListedSubscription>>;
  listEvents(span: { since: Date; until: Date; after: string | null }): Promise<StripePage<ListedEvent>>;
  readSeatPrice(): Promise<{ amount: number; currency: string } | null>;
  openPortal(customerId: string, returnUrl: string): Promise<string>;
  setEnding(subscriptionId: string, ends: boolean): Promise<'set' | 'over'>;
  cancelForGood(billed: { customerId: string | null; subscriptionId: string | null }): Promise<void>;
  closeCheckouts(customerId: string): Promise<void>;
  createAccount(account: { organizationId: string; instead: string | null; again: string }): Promise<string>;
  openOnboarding(accountId: string, urls: { refresh: string; return: string }): Promise<string | null>;
  openDashboard(accountId: string): Promise<string | null>;
  readAccount(accountId: string, readAt: Date): Promise<AccountReading>;
  openPaymentPage(payment: PaymentToOpen): Promise<PaymentPage>;
  findPaymentPage(payment: PaymentToOpen): Promise<PaymentPage | null>;
  readPayment(sessionId: string, readAt: Date): Promise<PaymentReading>;
  refundPayment(refund: RefundToSend): Promise<void>;
}

/** Calls nothing until it is asked. */
export function createStripe(options: StripeOptions): StripeClient {
  const stripe = connectStripe(options);
  return {
    readSubscription: (id, readAt, owing = false) => readSubscription(stripe, id, readAt, owing),
    changeQuantity: (change) => changeQuantity(stripe, change),
    previewChange: (id, quantity, prorationAt) => previewChange(stripe, id, quantity, prorationAt),
    withdrawInvoice: (id) => withdrawInvoice(stripe, id),
    finalizeInvoice: (id, key) => finalizeInvoice(stripe, id, key),
    createCustomer: (customer) => createCustomer(stripe, customer),
    findSubscription: (customerId) => findSubscription(stripe, customerId),
    openCheckout: (request) => openCheckout(stripe, request),
    readCheckout: (sessionId) => readCheckout(stripe, sessionId),
    updateCustomer: (customerId, said) => updateCustomer(stripe, customerId, said),
    readRefunds: (which) => readRefunds(stripe, which),
    readDispute: (disputeId) => readDispute(stripe, disputeId),
    readBought: (subscriptionId) => readBought(stripe, subscriptionId),
    refundBought: (payment, key) => refundBought(stripe, payment, key),
    listSubscriptions: (after) => listSubscriptions(stripe, after),
    listEvents: (span) => listEvents(stripe, span),
    readSeatPrice: () => readSeatPrice(stripe),
    setEnding: (subscriptionId, ends) => setEnding(stripe, subscriptionId, ends),
    cancelForGood: (billed) => cancelForGood(stripe, billed),
    closeCheckouts: (customerId) => closeCheckouts(stripe, customerId),
    createAccount: (account) => createAccount(stripe, account),
    openOnboarding: (accountId, urls) => openOnboarding(stripe, accountId, urls),
    openDashboard: (accountId) => openDashboard(stripe, accountId),
    readAccount: (accountId, readAt) => readAccount(stripe, accountId, readAt),
    openPaymentPage: (payment) => openPaymentPage(stripe, payment),
    findPaymentPage: (payment) => findPaymentPage(stripe, payment),
    readPayment: (sessionId, readAt) => readPayment(stripe, sessionId, readAt),
    refundPayment: (refund) => refundPayment(stripe, refund),
    openPortal: (customerId, returnUrl) => openPortal(stripe, customerId, returnUrl),
  };
}
