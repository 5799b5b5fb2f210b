import type Stripe from 'stripe';
import { newId } from '../identifiers.ts';
import type { PaymentIntentRecord, PaymentMethodRecord } from './payment.ts';

export type ChargeRecord = Omit<
  Stripe.Charge,
  | 'application'
  | 'application_fee'
  | 'balance_transaction'
  | 'customer'
  | 'failure_balance_transaction'
  | 'on_behalf_of'
  | 'payment_intent'
  | 'refunds'
  | 'review'
  | 'source'
  | 'source_transfer'
  | 'transfer'
> & {
  application: null;
  application_fee: string | null;
  balance_transaction: string | null;
  customer: string | null;
  failure_balance_transaction: null;
  on_behalf_of: null;
  payment_intent: string | null;
  review: null;
  source: null;
  source_transfer: null;
  /** Where its money went on to; absent where it stayed. */
  transfer?: string;
};

export type RefundRecord = Omit<
  Stripe.Refund,
  'charge' | 'customer' | 'payment_intent' | 'payment_method' | 'balance_transaction' | 'transfer_reversal'
> & {
  transfer_reversal: string | null;
  balance_transaction: string;
  charge: string;
  customer: string | null;
  payment_intent: string | null;
  payment_method: string | null;
};

/** The reason a charge was refused, as the card network gives it. */
export interface Decline {
  code: string;
  declineCode: string;
  message: string;
}

export function newCharge(
  intent: PaymentIntentRecord,
  method: PaymentMethodRecord,
  decline: Decline | undefined,
  now: number,
): ChargeRecord {
  const id = newId('ch').replace('_1', '_3');
  return {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: decline ? 0 : intent.amount,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: decline ? null : newId('txn').replace('_1', '_3'),
    billing_details: method.billing_details,
    calculated_statement_descriptor: 'ORGDESK',
    captured: !decline,
    created: now,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: {
      advice_code: null,
      network_advice_code: null,
      network_decline_code: null,
      network_status: decline ? 'declined_by_network' : 'approved_by_network',
      reason: decline?.declineCode ?? null,
      risk_level: 'normal',
      seller_message: decline ? 'The bank did not return any further details.' : 'Payment complete.',
      type: decline ? 'issuer_declined' : 'authorized',
    },
    paid: !decline,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: { type: 'card' },
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: decline ? 'failed' : 'succeeded',
    transfer_data: null,
    transfer_group: null,
  };
}

export function newRefund(
  charge: ChargeRecord,
  given: {
    amount: number;
    reason: string | null;
    metadata: Record<string, string>;
    status: 'pending' | 'succeeded';
  },
  now: number,
): RefundRecord {
  return {
    id: newId('re').replace('_1', '_3'),
    object: 'refund',
    amount: given.amount,
    balance_transaction: newId('txn').replace('_1', '_3'),
    charge: charge.id,
    created: now,
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    metadata: given.metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: given.reason as RefundRecord['reason'],
    receipt_number: null,
    source_transfer_reversal: null,
    status: given.status,
    transfer_reversal: null,
  };
}

export type DisputeRecord = Pick<
  Stripe.Dispute,
  | 'id'
  | 'object'
  | 'amount'
  | 'created'
  | 'currency'
  | 'is_charge_refundable'
  | 'livemode'
  | 'metadata'
  | 'reason'
  | 'status'
> & { charge: string; payment_intent: string | null; balance_transactions: never[] };

export function newDispute(charge: ChargeRecord, reason: string, now: number): DisputeRecord {
  return {
    id: newId('du'),
    object: 'dispute',
    amount: charge.amount,
    balance_transactions: [],
    charge: charge.id,
    created: now,
    currency: charge.currency,
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason,
    status: 'needs_response',
  };
}
