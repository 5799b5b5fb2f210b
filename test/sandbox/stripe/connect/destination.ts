import type { Account } from '../account.ts';
import { moneyText } from '../billing/lines.ts';
import { newId } from '../identifiers.ts';
import type { ChargeRecord, RefundRecord } from '../records/charge.ts';
import type { PaymentIntentRecord } from '../records/payment.ts';
import { newApplicationFee, newTransfer, type ReversalRecord } from '../records/transfer.ts';
import { invalidRequest } from '../refusal.ts';

/** Where the money of a payment goes, and what of it the platform keeps. */
export interface Destination {
  application_fee_amount?: number | undefined;
  transfer_data?: { destination: string; amount?: number | undefined } | undefined;
}

/** Refuses what Stripe refuses of a destination charge. `prefix` is where the parameters stand. */
export function requireDestination(
  account: Account,
  { application_fee_amount: fee, transfer_data: transfer }: Destination,
  { amount, currency, prefix }: { amount: number; currency: string; prefix: (name: string) => string },
): void {
  if (fee !== undefined && transfer === undefined) {
    throw invalidRequest(
      'Can only apply an application_fee_amount when the PaymentIntent is attempting a direct payment (using an OAuth ' +
        'key or Stripe-Account header) or destination payment (using `on_behalf_of` or `transfer_data[destination]`).',
      { param: prefix('application_fee_amount') },
    );
  }
  if (fee !== undefined && fee > amount) {
    throw invalidRequest(
      `The application fee amount (${moneyText(fee, currency)}) cannot be more than the amount (${moneyText(amount, currency)}).`,
      { param: prefix('application_fee_amount') },
    );
  }
  if (transfer === undefined) return;
  const param = prefix('transfer_data][destination').replace(']]', ']');
  const found = account.connectedAccounts.get(transfer.destination);
  if (!found) {
    throw invalidRequest(`No such destination: '${transfer.destination}'`, {
      code: 'resource_missing',
      param,
    });
  }
  if (found.capabilities.transfers !== 'active') {
    throw invalidRequest(
      'Your destination account needs to have at least one of the following capabilities enabled: transfers, ' +
        'crypto_transfers, legacy_payments',
      { code: 'insufficient_capabilities_for_transfer' },
    );
  }
}

/** A paid charge goes on to its destination: all of it, of which the fee comes back. */
export function transferCharge(account: Account, intent: PaymentIntentRecord, charge: ChargeRecord): void {
  const destination = intent.transfer_data?.destination;
  if (!destination) return;
  const to = String(destination);
  charge.transfer_data = { amount: null, destination: to };
  charge.application_fee_amount = intent.application_fee_amount;
  const transfer = account.transfers.insert(newTransfer(charge, to, account.now()));
  charge.transfer = transfer.id;
  account.emit('transfer.created', transfer);
  if (!charge.application_fee_amount) return;
  const fee = account.applicationFees.insert(newApplicationFee(charge, to, account.now()));
  charge.application_fee = fee.id;
  account.emit('application_fee.created', fee);
}

/** Refuses to take back what never went to anybody. */
export function requireReversible(charge: ChargeRecord, given: { transfer: boolean; fee: boolean }): void {
  if (given.transfer && !charge.transfer) {
    throw invalidRequest('Cannot reverse transfer on charge which does not have an associated transfer.', {
      param: 'reverse_transfer',
    });
  }
  if (given.fee && !charge.application_fee) {
    throw invalidRequest('Cannot refund an application fee on a charge which does not have one.', {
      param: 'refund_application_fee',
    });
  }
}

/**
 * Takes a refund's share back from the destination, and gives the fee's share back to it. All of the fee with the last of the
 * charge; how Stripe rounds a part it does not say: here it is rounded down.
 */
export function reverseShare(
  account: Account,
  charge: ChargeRecord,
  refund: RefundRecord,
  given: { transfer: boolean; fee: boolean },
): void {
  const transfer = account.transfers.get(String(charge.transfer ?? ''));
  if (given.transfer && transfer) {
    const amount = Math.min(refund.amount, transfer.amount - transfer.amount_reversed);
    const reversal: ReversalRecord = {
      id: newId('trr'),
      object: 'transfer_reversal',
      amount,
      created: account.now(),
      currency: refund.currency,
      source_refund: refund.id,
      transfer: transfer.id,
    };
    transfer.amount_reversed += amount;
    transfer.reversed = transfer.amount_reversed === transfer.amount;
    transfer.reversals.data.unshift(reversal);
    refund.transfer_reversal = reversal.id;
    account.emit('transfer.reversed', transfer);
  }
  const fee = account.applicationFees.get(charge.application_fee ?? '');
  if (!given.fee || !fee) return;
  const whole = charge.amount_refunded === charge.amount;
  const share = Math.floor((fee.amount * refund.amount) / charge.amount);
  fee.amount_refunded = whole ? fee.amount : Math.min(fee.amount, fee.amount_refunded + share);
  fee.refunded = fee.amount_refunded === fee.amount;
  account.emit('application_fee.refunded', fee);
}
