import type { Decline } from '../records/charge.ts';

/** One of Stripe's test cards (docs.stripe.com/testing) and what happens when it is charged. */
export interface TestCard {
  number: string;
  /** The names it can be given by in the API. */
  tokens: string[];
  brand: string;
  /** The answer of the card's bank. `set-up` asks for 3-D Secure until the card was once authenticated. */
  answer: 'accept' | 'decline' | 'authenticate-always' | 'authenticate-until-set-up';
  decline?: Decline;
  /** A refund to it stays pending until the bank has answered. */
  slowRefunds?: boolean;
  /** Refused already when it is attached to a customer. */
  refusesAttachment?: boolean;
}

const decline = (declineCode: string, message: string, code = 'card_declined'): Decline => ({
  code,
  declineCode,
  message,
});

export const genericDecline = decline('generic_decline', 'Your card was declined.');
export const insufficientFunds = decline('insufficient_funds', 'Your card has insufficient funds.');

export const testCards: TestCard[] = [
  { number: '4242424242424242', tokens: ['pm_card_visa', 'tok_visa'], brand: 'visa', answer: 'accept' },
  {
    number: '5555555555554444',
    tokens: ['pm_card_mastercard', 'tok_mastercard'],
    brand: 'mastercard',
    answer: 'accept',
  },
  {
    number: '4000000000007726',
    tokens: ['pm_card_pendingRefund'],
    brand: 'visa',
    answer: 'accept',
    slowRefunds: true,
  },
  {
    number: '4000000000000002',
    tokens: ['pm_card_chargeDeclined', 'pm_card_visa_chargeDeclined', 'tok_chargeDeclined'],
    brand: 'visa',
    answer: 'decline',
    decline: genericDecline,
    refusesAttachment: true,
  },
  {
    number: '4000000000009995',
    tokens: ['pm_card_chargeDeclinedInsufficientFunds', 'pm_card_visa_chargeDeclinedInsufficientFunds'],
    brand: 'visa',
    answer: 'decline',
    decline: insufficientFunds,
    refusesAttachment: true,
  },
  {
    number: '4000000000000069',
    tokens: ['pm_card_chargeDeclinedExpiredCard'],
    brand: 'visa',
    answer: 'decline',
    decline: decline('expired_card', 'Your card has expired.', 'expired_card'),
    refusesAttachment: true,
  },
  {
    number: '4000000000000341',
    tokens: ['pm_card_chargeCustomerFail'],
    brand: 'visa',
    answer: 'decline',
    decline: genericDecline,
  },
  {
    number: '4000002500003155',
    tokens: ['pm_card_authenticationRequiredOnSetup'],
    brand: 'visa',
    answer: 'authenticate-until-set-up',
  },
  {
    number: '4000002760003184',
    tokens: ['pm_card_authenticationRequired'],
    brand: 'visa',
    answer: 'authenticate-always',
  },
];

/** Stands for a bank account that is debited; what comes of it is said later. */
export const directDebit: TestCard = {
  number: '0000000000000345',
  tokens: [],
  brand: 'bacs',
  answer: 'accept',
};

export function cardByToken(token: string): TestCard | undefined {
  return testCards.find((card) => card.tokens.includes(token));
}

/** The card with this number, spaces and hyphens ignored. */
export function cardByNumber(number: string): TestCard | undefined {
  const digits = number.replace(/[\s-]/g, '');
  return testCards.find((card) => card.number === digits);
}
