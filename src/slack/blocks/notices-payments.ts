import type { NoticeFacts } from '../../domain/members/notice-facts.ts';
import { formatMoney } from '../../domain/money.ts';
import type { Notice } from '../../domain/notices.ts';
import { button } from './composition.ts';
import { because, type Tellers } from './notice-parts.ts';
import { disabledText } from './payment-account.ts';
import { oneLine, purchaseText } from './payment-words.ts';

type PaymentKind = Extract<Notice['kind'], `account_${string}` | `customer_${string}`>;

const see = button('payments.open', 'See payments');

/** What the Owner reads about the payments of customers and the account that they go to. */
export const paymentTellers: Tellers<PaymentKind> = {
  account_active: () => ({
    text: 'Your Stripe account is active: your websites can take payments now, and Stripe pays them out to you.',
    buttons: [see],
  }),

  account_restricted: ({ reason }) => ({
    text: `Stripe has switched payments or payouts of your account off. ${disabledText(reason)}`,
    buttons: [button('payments.connect', 'Continue at Stripe', { style: 'primary' }), see],
  }),

  customer_refund_failed: ({ paymentId, amount, currency, reason }, { payment }) => ({
    text: `${formatMoney(amount, currency)} could not be given back to ${customer(payment)}${what(payment)}.${because(sentence(reason))}`,
    buttons: [button('payments.show', 'See payment', { value: paymentId })],
  }),

  customer_dispute: ({ paymentId, amount, currency }, { payment }) => ({
    text: `The bank of ${customer(payment)} disputes ${formatMoney(amount, currency)} that was paid${what(payment)}. Whoever runs Orgdesk answers it at Stripe: tell them what was delivered, and refund nothing meanwhile, or it is given back twice.`,
    buttons: [button('payments.show', 'See payment', { value: paymentId })],
  }),
};

function customer(payment: NoticeFacts['payment']): string {
  return payment === null ? 'a customer' : `*${oneLine(payment.email, 254)}*`;
}

function what(payment: NoticeFacts['payment']): string {
  return payment === null ? '' : ` for ${purchaseText(payment)}`;
}

/** Stripe's words for a failed refund (docs.stripe.com/api/refunds/object#refund_object-failure_reason). */
const failures: Record<string, string> = {
  lost_or_stolen_card: 'The card was lost or stolen.',
  expired_or_canceled_card: 'The card has expired or was canceled.',
  charge_for_pending_refund_disputed: 'The customer has disputed the payment meanwhile.',
  insufficient_funds: 'There was not enough money to take it from.',
  declined: 'The bank declined it.',
  merchant_request: 'It was canceled at Stripe.',
};

function sentence(reason: string | undefined): string | undefined {
  if (reason === undefined || !/^[a-z_]+$/.test(reason)) return reason;
  if (reason === 'unknown') return undefined;
  return Object.hasOwn(failures, reason) ? failures[reason] : `Stripe says: ${reason.replaceAll('_', ' ')}.`;
}
