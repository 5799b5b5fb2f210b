import type { Button, KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import type { Actor } from '../../domain/actor.ts';
import { formatMoney } from '../../domain/money.ts';
import type { ListedPayment } from '../../domain/payments/list-payments.ts';
import { paymentStatuses } from '../../domain/payments/payment.ts';
import type { PaymentsShown } from '../../domain/payments/show-payments.ts';
import type { CurrencyTotals, PaymentTotals, Totals } from '../../domain/payments/totals.ts';
import { mayNow } from '../../domain/permissions.ts';
import { button, mrkdwn, plain } from './composition.ts';
import { accountBlocks } from './payment-account.ts';
import { oneLine, paymentStatusNames, purchaseText, refundedText } from './payment-words.ts';
import { day, moment } from './time.ts';
import { count } from './words.ts';

/** The choice that is no filter. */
export const ANY = 'any';

/** Currencies whose totals are shown; more than a few nobody sells in. */
const CURRENCIES = 10;

/** Account, totals and a page of the list. Ids never change, so that Slack keeps what was chosen. */
export function paymentsModal({ account, totals, page, filter }: PaymentsShown, actor: Actor): ModalView {
  const mayManage = actor.kind === 'member' && mayNow(actor, 'payments.manage');
  const { payments, newer, older } = page;
  return {
    type: 'modal',
    title: plain('Payments'),
    close: plain('Close'),
    blocks: [
      ...accountBlocks(account, mayManage),
      { type: 'divider' },
      ...totalsBlocks(totals),
      { type: 'divider' },
      { type: 'actions', block_id: 'filters', elements: [statusSelect(filter.status)] },
      ...(payments.length === 0 ? [nothing] : payments.map(row)),
      ...paging(newer, older),
    ],
  };
}

function totalsBlocks({ currencies, monthBegan }: PaymentTotals): KnownBlock[] {
  if (currencies.length === 0) {
    return [{ type: 'section', text: plain('Nothing was paid yet.') }];
  }
  const shown = currencies.slice(0, CURRENCIES);
  const more = currencies.length - shown.length;
  const since = `This month is since ${day(monthBegan)}, by UTC.`;
  return [
    ...shown.map((one): KnownBlock => ({ type: 'section', text: mrkdwn(totalsText(one)) })),
    {
      type: 'context',
      elements: [
        mrkdwn(
          `${more > 0 ? `${count(more, 'more currency', 'more currencies')} not shown. ` : ''}${since} Net is what is left to you: gross less refunds and fees. A refund counts with the payment that it is of.`,
        ),
      ],
    },
  ];
}

function totalsText({ currency, allTime, thisMonth }: CurrencyTotals): string {
  return `*${currency.toUpperCase()}*\nAll time: ${sums(allTime, currency)}\nThis month: ${sums(thisMonth, currency)}`;
}

function sums(totals: Totals, currency: string): string {
  if (totals.count === 0) return 'none';
  const money = (amount: number) => formatMoney(amount, currency);
  return `${count(totals.count, 'payment')} · ${money(totals.gross)} gross · ${money(totals.refunded)} refunded · ${money(totals.fees)} fees · *${money(totals.net)} net*`;
}

function statusSelect(chosen: string | undefined) {
  const options: PlainTextOption[] = [
    { text: plain('Any status'), value: ANY },
    ...paymentStatuses.map((status) => ({ text: plain(paymentStatusNames[status]), value: status })),
  ];
  const initial = options.find(({ value }) => value === chosen) ?? options[0];
  return {
    type: 'static_select' as const,
    action_id: 'payments.status',
    options,
    ...(initial && { initial_option: initial }),
  };
}

const nothing: KnownBlock = { type: 'section', text: plain('There is no such payment.') };

function row(payment: ListedPayment): KnownBlock {
  const { id, amount, currency, status, email, reference, createdAt } = payment;
  const partly = status === 'partially_refunded' ? ` (${refundedText(payment)})` : '';
  const facts = [
    `${paymentStatusNames[status]}${partly}`,
    oneLine(email, 100),
    ...(reference === null ? [] : [oneLine(reference, 80)]),
    moment(createdAt),
  ];
  return {
    type: 'section',
    text: mrkdwn(`*${formatMoney(amount, currency)}*  ${purchaseText(payment)}\n${facts.join(' · ')}`),
    accessory: button('payments.show', 'See', {
      label: `See the payment of ${formatMoney(amount, currency)}`,
      value: id,
    }),
  };
}

function paging(newer: string | null, older: string | null): KnownBlock[] {
  const elements: Button[] = [
    ...(newer === null
      ? []
      : [button('payments.newer', 'Previous', { label: 'Previous page', value: newer })]),
    ...(older === null ? [] : [button('payments.older', 'Next', { label: 'Next page', value: older })]),
  ];
  return elements.length === 0 ? [] : [{ type: 'actions', block_id: 'paging', elements }];
}
