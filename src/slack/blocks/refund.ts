import type { ModalView } from '@slack/types';
import { formatMoney, typedMoney } from '../../domain/money.ts';
import type { ShownPayment } from '../../domain/payments/read-payment.ts';
import { mrkdwn, plain } from './composition.ts';
import { oneLine, purchaseText } from './payment-words.ts';

/** What the forms of a refund remember. */
export interface RefundPlace {
  paymentId: string;
  /** The modal below, which shows the payment. */
  below?: string;
  /** In the currency's smallest unit, once it was typed. */
  amount?: number;
}

/** Asks how much is to be given back: all that is left, unless another amount is typed. */
export function refundModal(payment: ShownPayment, place: RefundPlace): ModalView {
  const { refundable, currency, email } = payment;
  const most = formatMoney(refundable, currency);
  return {
    type: 'modal',
    callback_id: 'payments.refund-amount',
    private_metadata: JSON.stringify(place),
    title: plain('Refund'),
    submit: plain('Next'),
    close: plain('Cancel'),
    blocks: [
      {
        type: 'section',
        text: mrkdwn(`${purchaseText(payment)}, paid by ${oneLine(email, 254)}. ${most} can be given back.`),
      },
      {
        type: 'input',
        block_id: 'amount',
        label: plain(`Amount in ${currency.toUpperCase()}`),
        hint: plain(`At most ${most}. It is asked once more before anything is given back.`),
        element: {
          type: 'plain_text_input',
          action_id: 'amount',
          initial_value: typedMoney(refundable, currency),
          max_length: 50,
        },
      },
    ],
  };
}

/** Names what is about to happen; nothing has been given back before its button is pressed. */
export function confirmRefundModal(
  payment: ShownPayment,
  { amount, ...place }: RefundPlace & { amount: number },
): ModalView {
  const { currency, email, refundable } = payment;
  const money = formatMoney(amount, currency);
  const rest =
    amount < refundable
      ? ` Then ${formatMoney(refundable - amount, currency)} of it can still be given back.`
      : '';
  return {
    type: 'modal',
    callback_id: 'payments.refund',
    private_metadata: JSON.stringify({ ...place, amount }),
    title: plain('Refund'),
    submit: plain('Refund'),
    close: plain('Cancel'),
    blocks: [
      {
        type: 'section',
        text: mrkdwn(
          `Give *${money}* back to *${oneLine(email, 254)}* for ${purchaseText(payment)}? It goes to the card or account that it was paid with, and is taken from your Stripe account. It cannot be taken back.${rest}`,
        ),
      },
    ],
  };
}

export function refundRequestedText(
  { currency, email }: Pick<ShownPayment, 'currency' | 'email'>,
  amount: number,
): string {
  return `*${formatMoney(amount, currency)}* is on its way back to ${oneLine(email, 254)}. It is seen here, and in the support channel, when Stripe has taken it.`;
}

/** In place of the form, once it was sent. */
export function refundSentModal(words: string): ModalView {
  return {
    type: 'modal',
    title: plain('Refund'),
    close: plain('Done'),
    blocks: [{ type: 'section', text: mrkdwn(words) }],
  };
}
