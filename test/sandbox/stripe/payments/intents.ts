import type { Account } from '../account.ts';
import { transferCharge } from '../connect/destination.ts';
import { type ChargeRecord, type Decline, newCharge } from '../records/charge.ts';
import type { PaymentIntentRecord, PaymentMethodRecord } from '../records/payment.ts';

export type PaymentOutcome =
  | { kind: 'succeeded'; charge: ChargeRecord }
  | { kind: 'requires_action' }
  | { kind: 'declined'; decline: Decline; charge: ChargeRecord };

function succeed(account: Account, intent: PaymentIntentRecord, method: PaymentMethodRecord): PaymentOutcome {
  const charge = account.charges.insert(newCharge(intent, method, undefined, account.now()));
  intent.status = 'succeeded';
  intent.amount_received = intent.amount;
  intent.latest_charge = charge.id;
  intent.next_action = null;
  intent.last_payment_error = null;
  transferCharge(account, intent, charge);
  account.emit('charge.succeeded', charge);
  account.emit('payment_intent.succeeded', intent);
  return { kind: 'succeeded', charge };
}

function fail(
  account: Account,
  intent: PaymentIntentRecord,
  method: PaymentMethodRecord,
  decline: Decline,
): PaymentOutcome {
  const charge = account.charges.insert(newCharge(intent, method, decline, account.now()));
  intent.status = 'requires_payment_method';
  intent.payment_method = null;
  intent.latest_charge = charge.id;
  intent.next_action = null;
  intent.last_payment_error = {
    type: 'card_error',
    code: decline.code,
    decline_code: decline.declineCode,
    message: decline.message,
    charge: charge.id,
    payment_method: structuredClone(method),
  };
  account.emit('charge.failed', charge);
  account.emit('payment_intent.payment_failed', intent);
  return { kind: 'declined', decline, charge };
}

/** A payment that takes days, like a direct debit, came to its end. */
export function settleDelayed(
  account: Account,
  intent: PaymentIntentRecord,
  method: PaymentMethodRecord,
  paid: boolean,
): PaymentOutcome {
  if (paid) return succeed(account, intent, method);
  const message = 'The customer’s bank could not collect the payment.';
  return fail(account, intent, method, {
    code: 'payment_method_provider_decline',
    declineCode: 'debit_failed',
    message,
  });
}

/** Charges a card for a PaymentIntent: paid, declined, or waiting for its owner to authenticate. */
export function attemptPayment(
  account: Account,
  intent: PaymentIntentRecord,
  method: PaymentMethodRecord,
): PaymentOutcome {
  intent.payment_method = method.id;
  const answer = account.cards.answer(method);
  account.cards.consume(method);
  if (answer.kind === 'accept') return succeed(account, intent, method);
  if (answer.kind === 'decline') return fail(account, intent, method, answer.decline);
  intent.status = 'requires_action';
  intent.next_action = {
    type: 'redirect_to_url',
    redirect_to_url: { return_url: null, url: `${account.baseUrl}/3d-secure/${intent.id}` },
  };
  account.emit('payment_intent.requires_action', intent);
  return { kind: 'requires_action' };
}

const notAuthenticated: Decline = {
  code: 'payment_intent_authentication_failure',
  declineCode: 'authentication_required',
  message:
    'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
};

/** The end of 3-D Secure: its owner passed, and the card is charged, or failed, and it is not. */
export function finishAuthentication(
  account: Account,
  intent: PaymentIntentRecord,
  passed: boolean,
): PaymentOutcome {
  const method = account.paymentMethods.require(intent.payment_method ?? '', 'payment_method');
  if (!passed) return fail(account, intent, method, notAuthenticated);
  account.cards.markSetUp(method.id);
  return succeed(account, intent, method);
}
