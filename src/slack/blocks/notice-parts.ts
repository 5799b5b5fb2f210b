import type { Button } from '@slack/types';
import type { NoticeFacts } from '../../domain/members/notice-facts.ts';
import { formatMoney } from '../../domain/money.ts';
import type { Notice } from '../../domain/notices.ts';
import { plain } from './composition.ts';
import { escapeText, truncate } from './text.ts';

/** What a notice says, and the buttons under it. */
export interface Said {
  text: string;
  buttons?: Button[];
}

export type Tellers<K extends Notice['kind'] = Notice['kind']> = {
  [Kind in K]: (notice: Extract<Notice, { kind: Kind }>, facts: NoticeFacts) => Said;
};

/** A sentence from outside, after ours. */
export function because(reason: string | undefined): string {
  return reason === undefined || reason.trim() === '' ? '' : ` ${escapeText(truncate(reason, 400))}`;
}

/** A link button's address has at most 3,000 characters (docs.slack.dev/reference/block-kit/block-elements/button-element). */
const URL_LENGTH = 3_000;

/** The way to pay, where there is one; the button names the amount where it is known. */
export function payment(url: string | null, amount: number | null, currency = 'gbp'): Button[] {
  if (url === null || url.length > URL_LENGTH || !/^https?:\/\//.test(url)) return [];
  const text = amount === null ? 'Pay at Stripe' : `Pay ${formatMoney(amount, currency)}`;
  return [
    {
      type: 'button',
      action_id: 'seats.pay',
      text: plain(text),
      accessibility_label: `${text}: opens the invoice at Stripe`,
      url,
      style: 'primary',
    },
  ];
}
