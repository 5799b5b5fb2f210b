import type Stripe from 'stripe';
import { newId } from '../identifiers.ts';
import type { ChargeRecord } from './charge.ts';
import { listOf } from './list.ts';

export type TransferRecord = Omit<Stripe.Transfer, 'destination' | 'source_transaction' | 'reversals'> & {
  destination: string;
  source_transaction: string;
  reversals: ReturnType<typeof listOf<ReversalRecord>>;
};

export interface ReversalRecord {
  id: string;
  object: 'transfer_reversal';
  amount: number;
  created: number;
  currency: string;
  source_refund: string;
  transfer: string;
}

export type ApplicationFeeRecord = Omit<
  Stripe.ApplicationFee,
  | 'account'
  | 'application'
  | 'balance_transaction'
  | 'charge'
  | 'originating_transaction'
  | 'refunds'
  | 'fee_source'
> & { account: string; application: string; charge: string; originating_transaction: string };

export function newTransfer(charge: ChargeRecord, destination: string, now: number): TransferRecord {
  const id = newId('tr').replace('_1', '_3');
  return {
    id,
    object: 'transfer',
    amount: charge.amount,
    amount_reversed: 0,
    balance_transaction: newId('txn').replace('_1', '_3'),
    created: now,
    currency: charge.currency,
    description: null,
    destination,
    destination_payment: newId('py'),
    livemode: false,
    metadata: {},
    reversals: listOf([], `/v1/transfers/${id}/reversals`),
    reversed: false,
    source_transaction: charge.id,
    source_type: 'card',
    transfer_group: `group_${charge.payment_intent}`,
  };
}

/** Collected from the connected account out of what was transferred to it. */
export function newApplicationFee(charge: ChargeRecord, account: string, now: number): ApplicationFeeRecord {
  return {
    id: newId('fee'),
    object: 'application_fee',
    account,
    amount: charge.application_fee_amount ?? 0,
    amount_refunded: 0,
    application: 'ca_sandbox',
    charge: charge.id,
    created: now,
    currency: charge.currency,
    livemode: false,
    originating_transaction: charge.id,
    refunded: false,
  };
}
