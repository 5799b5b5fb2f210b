import type Stripe from 'stripe';
import { newId, randomText } from '../identifiers.ts';

export type PaymentMethodRecord = Omit<Stripe.PaymentMethod, 'customer' | 'card'> & {
  card: Stripe.PaymentMethod.Card;
  customer: string | null;
};

export type PaymentIntentRecord = Omit<
  Stripe.PaymentIntent,
  | 'application'
  | 'customer'
  | 'latest_charge'
  | 'on_behalf_of'
  | 'payment_method'
  | 'review'
  | 'source'
  | 'last_payment_error'
> & {
  application: null;
  customer: string | null;
  last_payment_error: Record<string, unknown> | null;
  latest_charge: string | null;
  on_behalf_of: null;
  payment_method: string | null;
  review: null;
  source: null;
};

export function newPaymentIntent(
  given: Pick<PaymentIntentRecord, 'amount' | 'currency' | 'customer'> & Partial<PaymentIntentRecord>,
  now: number,
): PaymentIntentRecord {
  const id = newId('pi').replace('_1', '_3');
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic',
    client_secret: `${id}_secret_${randomText(25)}`,
    confirmation_method: 'automatic',
    created: now,
    customer_account: null,
    description: null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
    ...given,
  };
}

export type InvoicePaymentRecord = Omit<Stripe.InvoicePayment, 'invoice' | 'payment'> & {
  invoice: string;
  payment: { type: 'payment_intent'; payment_intent: string };
};

export function newInvoicePayment(
  invoice: string,
  intent: PaymentIntentRecord,
  now: number,
): InvoicePaymentRecord {
  return {
    id: newId('inpay'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: intent.amount,
    created: now,
    currency: intent.currency,
    invoice,
    is_default: true,
    livemode: false,
    payment: { type: 'payment_intent', payment_intent: intent.id },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  };
}
