import type { KnownBlock } from '@slack/types';
import { formatMoney } from '../../domain/money.ts';
import type { AnnouncedPayment } from '../../domain/payments/announcement.ts';
import { button, mrkdwn } from './composition.ts';
import { oneLine, purchaseText, refundedText, websiteText } from './payment-words.ts';
import type { CardMessage } from './ticket-card.ts';
import { moment } from './time.ts';

/** The one message of a payment in the support channel, as the payment stands. */
export function paymentMessage(payment: AnnouncedPayment): CardMessage {
  const { id, amount, currency, email, reference, origin, paidAt } = payment;
  const paid = formatMoney(amount, currency);
  const refunded = refundedText(payment);
  const what = purchaseText(payment);
  const customer = oneLine(email, 254);
  return {
    text: `Payment of ${paid} by ${customer}: ${what}${refunded === null ? '' : ` (${refunded})`}`,
    blocks: [
      { type: 'section', text: mrkdwn(`*Payment of ${paid}*  ${what}`) },
      {
        type: 'section',
        fields: [
          mrkdwn(`*Customer*\n${customer}`),
          mrkdwn(`*Status*\n${refunded === null ? 'Paid' : statusText(payment, refunded)}`),
          mrkdwn(`*Website*\n${websiteText(origin)}`),
          ...(reference === null ? [] : [mrkdwn(`*Reference*\n${oneLine(reference, 200)}`)]),
        ],
      },
      { type: 'context', elements: [mrkdwn(`Paid ${moment(paidAt)}`)] },
      {
        type: 'actions',
        block_id: 'payment',
        elements: [
          button('payments.show', 'See payment', { label: `See the payment of ${paid}`, value: id }),
        ],
      },
    ] satisfies KnownBlock[],
  };
}

function statusText({ refundedAmount, amount }: AnnouncedPayment, refunded: string): string {
  return refundedAmount >= amount ? 'Refunded' : `Partially refunded: ${refunded}`;
}
