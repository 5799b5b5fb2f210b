import { displayHost } from '../../domain/domains/website.ts';
import { formatMoney } from '../../domain/money.ts';
import type { PaymentStatus, RefundStatus } from '../../domain/payments/payment.ts';
import { escapeText, truncate } from './text.ts';
import { formatNumber } from './words.ts';

/** Statuses as people read them. */
export const paymentStatusNames: Record<PaymentStatus, string> = {
  pending: 'Pending',
  paid: 'Paid',
  failed: 'Failed',
  partially_refunded: 'Partially refunded',
  refunded: 'Refunded',
};

export const refundStatusNames: Record<RefundStatus, string> = {
  requested: 'on its way',
  succeeded: 'given back',
  failed: 'failed',
};

/** "2 × Blue kettle", for mrkdwn. */
export function purchaseText({ quantity, productName }: { quantity: number; productName: string }): string {
  return `${formatNumber(quantity)} × ${oneLine(productName, 100)}`;
}

/** Somebody's words on one line, for mrkdwn: what would begin a line or a field of its own does not. */
export function oneLine(text: string, most: number): string {
  return escapeText(truncate(text.replace(/\s+/g, ' ').trim(), most));
}

/** The website that a payment was begun on, for mrkdwn; a server's has none. */
export function websiteText(origin: string | null): string {
  if (origin === null) return 'None: begun by a server';
  return oneLine(URL.canParse(origin) ? displayHost(new URL(origin).host) : origin, 250);
}

/** "£12.00 of £25.98 refunded"; null where nothing was. */
export function refundedText({
  refundedAmount,
  amount,
  currency,
}: {
  refundedAmount: number;
  amount: number;
  currency: string;
}): string | null {
  if (refundedAmount === 0) return null;
  return refundedAmount >= amount
    ? `${formatMoney(amount, currency)} refunded`
    : `${formatMoney(refundedAmount, currency)} of ${formatMoney(amount, currency)} refunded`;
}
