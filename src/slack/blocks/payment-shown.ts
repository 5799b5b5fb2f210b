import type { KnownBlock, ModalView } from '@slack/types';
import type { Actor } from '../../domain/actor.ts';
import { formatMoney } from '../../domain/money.ts';
import type { ShownPayment, ShownRefund } from '../../domain/payments/read-payment.ts';
import { mayNow } from '../../domain/permissions.ts';
import { button, mrkdwn, plain } from './composition.ts';
import {
  oneLine,
  paymentStatusNames,
  purchaseText,
  refundedText,
  refundStatusNames,
  websiteText,
} from './payment-words.ts';
import { moment } from './time.ts';
import { count } from './words.ts';

/** One payment with its refunds. `done` says what was just changed; the Owner can give money back. */
export function paymentModal(payment: ShownPayment, actor: Actor, done?: string): ModalView {
  const mayRefund = actor.kind === 'member' && mayNow(actor, 'payments.manage') && payment.refundable > 0;
  const paid = formatMoney(payment.amount, payment.currency);
  return {
    type: 'modal',
    title: plain('Payment'),
    close: plain('Close'),
    blocks: [
      ...(done === undefined ? [] : [{ type: 'section', text: mrkdwn(done) } as const]),
      { type: 'section', text: mrkdwn(`*${paid}*  ${purchaseText(payment)}`) },
      { type: 'section', fields: fields(payment) },
      { type: 'context', elements: [mrkdwn(times(payment))] },
      ...refunds(payment),
      ...(mayRefund ? [refundButton(payment.id, paid)] : []),
    ],
  };
}

function refundButton(paymentId: string, paid: string): KnownBlock {
  const refund = button('payments.refund', 'Refund …', {
    style: 'danger',
    label: `Give back the payment of ${paid}, or a part of it`,
    value: paymentId,
  });
  return { type: 'actions', block_id: 'refund', elements: [refund] };
}

function fields(payment: ShownPayment) {
  const { status, reason, email, reference, origin, fee, refundedFee, currency, amount } = payment;
  const money = (value: number) => formatMoney(value, currency);
  const because = status === 'failed' && reason !== null ? `: ${oneLine(failureText(reason), 200)}` : '';
  const refunded = refundedText(payment);
  const left = amount - payment.refundedAmount - (fee - refundedFee);
  return [
    mrkdwn(`*Status*\n${paymentStatusNames[status]}${because}`),
    mrkdwn(`*Customer*\n${oneLine(email, 254)}`),
    mrkdwn(`*Website*\n${websiteText(origin)}`),
    mrkdwn(`*Reference*\n${reference === null ? 'None' : oneLine(reference, 200)}`),
    ...(payment.paidAt === null
      ? []
      : [
          mrkdwn(`*Fee*\n${money(fee - refundedFee)}${refundedFee > 0 ? ` of ${money(fee)}` : ''}`),
          mrkdwn(`*Net*\n${money(left)}`),
        ]),
    ...(refunded === null ? [] : [mrkdwn(`*Refunded*\n${refunded}`)]),
  ];
}

/** "expired" is ours; others are Stripe's words, like "card_declined". */
function failureText(reason: string): string {
  return reason === 'expired' ? 'nobody paid in time' : reason.replaceAll('_', ' ');
}

function times({ createdAt, paidAt }: ShownPayment): string {
  return `Begun ${moment(createdAt)}${paidAt === null ? '' : ` · paid ${moment(paidAt)}`}`;
}

function refunds({ refunds: shown, moreRefunds, currency }: ShownPayment): KnownBlock[] {
  if (shown.length === 0) return [];
  const lines = shown.map((refund) => refundLine(refund, currency));
  const more = moreRefunds > 0 ? [`and ${count(moreRefunds, 'earlier one')}`] : [];
  return [
    { type: 'divider' },
    { type: 'section', text: mrkdwn('*Refunds*') },
    // A line, escaped, may be more than a thousand characters long: one section for each.
    ...[...lines, ...more].map((line): KnownBlock => ({ type: 'section', text: mrkdwn(line) })),
  ];
}

function refundLine(refund: ShownRefund, currency: string): string {
  const { amount, status, requestedBy, reason, createdAt } = refund;
  const by = requestedBy === null ? 'made at Stripe' : `by <@${requestedBy}>`;
  const because =
    status === 'failed' && reason !== null ? ` (${oneLine(reason.replaceAll('_', ' '), 150)})` : '';
  return `• ${formatMoney(amount, currency)} · ${refundStatusNames[status]}${because} · ${by} · ${moment(createdAt)}`;
}
