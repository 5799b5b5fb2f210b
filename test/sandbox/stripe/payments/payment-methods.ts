import type { Account } from '../account.ts';
import { newId, randomText } from '../identifiers.ts';
import type { PaymentMethodRecord } from '../records/payment.ts';
import { Refusal } from '../refusal.ts';
import { cardByToken, type TestCard } from './test-cards.ts';

/** A new payment method for a test card, not yet attached to anybody. */
export function createPaymentMethod(
  account: Account,
  card: TestCard,
  billing: Partial<PaymentMethodRecord['billing_details']> = {},
): PaymentMethodRecord {
  const method: PaymentMethodRecord = {
    id: newId('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null, ...billing },
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'GB',
      display_brand: card.brand,
      exp_month: 12,
      exp_year: account.clock.now().getUTCFullYear() + 3,
      fingerprint: randomText(16),
      funding: 'credit',
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: account.now(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  };
  account.paymentMethods.insert(method);
  account.cards.register(method.id, card);
  return method;
}

/** An existing payment method, or a new one for a test token such as `pm_card_visa`. */
export function findPaymentMethod(account: Account, id: string, param: string): PaymentMethodRecord {
  const card = cardByToken(id);
  return card ? createPaymentMethod(account, card) : account.paymentMethods.require(id, param);
}

/** Attaches a card to a customer. Refused like Stripe refuses: the bank says no to some cards already here. */
export function attachPaymentMethod(
  account: Account,
  method: PaymentMethodRecord,
  customer: string,
): PaymentMethodRecord {
  if (method.customer !== null && method.customer !== customer) {
    throw new Refusal(400, {
      type: 'invalid_request_error',
      message:
        'The payment method you provided has already been attached to a customer. ' +
        'Detach the payment method from the customer first.',
    });
  }
  const card = account.cards.cardOf(method.id);
  if (card?.refusesAttachment && card.decline) {
    throw new Refusal(402, {
      type: 'card_error',
      code: card.decline.code,
      decline_code: card.decline.declineCode,
      message: card.decline.message,
      param: '',
    });
  }
  if (method.customer === customer) return method;
  method.customer = customer;
  account.emit('payment_method.attached', method);
  return method;
}
