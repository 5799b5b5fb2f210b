import type { Account } from '../account.ts';
import { moneyText } from '../billing/lines.ts';
import { requireReversible, reverseShare } from '../connect/destination.ts';
import { type ChargeRecord, newDispute, newRefund, type RefundRecord } from '../records/charge.ts';
import { invalidRequest } from '../refusal.ts';

/** Gives back a charge, whole or in part; never more than what is left of it. */
export function refundCharge(
  account: Account,
  charge: ChargeRecord,
  given: {
    amount?: number;
    reason?: string;
    metadata?: Record<string, string>;
    reverseTransfer?: boolean;
    refundFee?: boolean;
  },
): RefundRecord {
  const left = charge.amount_captured - charge.amount_refunded;
  const amount = given.amount ?? left;
  if (!charge.paid) throw invalidRequest(`Charge ${charge.id} was not paid and cannot be refunded.`);
  if (charge.refunded) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
    });
  }
  if (amount > left) {
    throw invalidRequest(
      `Refund amount (${moneyText(amount, charge.currency)}) is greater than unrefunded amount on charge ` +
        `(${moneyText(left, charge.currency)})`,
      { param: 'amount' },
    );
  }
  const back = { transfer: given.reverseTransfer ?? false, fee: given.refundFee ?? false };
  requireReversible(charge, back);
  const slow = account.cards.cardOf(charge.payment_method ?? '')?.slowRefunds === true;
  const refund = newRefund(
    charge,
    {
      amount,
      reason: given.reason ?? null,
      metadata: given.metadata ?? {},
      status: slow ? 'pending' : 'succeeded',
    },
    account.now(),
  );
  account.refunds.insert(refund);
  const before = { amount_refunded: charge.amount_refunded, refunded: charge.refunded };
  charge.amount_refunded += amount;
  charge.refunded = charge.amount_refunded === charge.amount_captured;
  reverseShare(account, charge, refund, back);
  account.emit('refund.created', refund);
  account.emit('charge.refunded', charge, before);
  return refund;
}

/** The customer's bank does not take the money, as of a closed account: it is the seller's again. */
export function failRefund(account: Account, charge: ChargeRecord, refund: RefundRecord): void {
  refund.status = 'failed';
  refund.failure_reason = 'lost_or_stolen_card';
  charge.amount_refunded -= refund.amount;
  charge.refunded = false;
  account.emit('refund.failed', refund);
}

/** The bank has taken a refund that was pending. */
export function settleRefund(account: Account, refund: RefundRecord): void {
  refund.status = 'succeeded';
  account.emit('refund.updated', refund, { status: 'pending' });
}

/** The customer's bank takes a charge back. */
export function disputeCharge(account: Account, charge: ChargeRecord, reason = 'fraudulent') {
  const dispute = account.disputes.insert(newDispute(charge, reason, account.now()));
  charge.disputed = true;
  account.emit('charge.dispute.created', dispute as object);
  return dispute;
}
