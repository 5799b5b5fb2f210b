import { isResting } from '../../domain/billing/subscription.ts';
import { refuse } from '../../domain/errors.ts';
import { formatMoney, monthlyCost } from '../../domain/money.ts';
import type { Amount } from '../../domain/seats/amount-shown.ts';
import type { OpenSeatChange, Seats } from '../../domain/seats/read-seats.ts';
import type { SeatPreview } from '../questions.ts';
import { day, moment, roughly } from './time.ts';
import { count, formatNumber } from './words.ts';

/** What is due for the number wanted: not asked yet, told by Stripe, or not to be had. */
export type Due = { kind: 'asking' } | { kind: 'told'; preview: SeatPreview } | { kind: 'unknown' };

/** "has to wait … in about 12 minutes, today at 10:34", after its subject. */
export function waitText({ until, minutes }: NonNullable<OpenSeatChange['waits']>): string {
  return `waits, since Stripe takes only so many changes in a time, and is applied in about ${roughly(minutes)}, ${moment(until)}`;
}

/** That more seats are in use than purchased, and what follows; null where they are not, and before any were purchased. */
export function overUseText({ purchased, used }: { purchased: number; used: number }): string | null {
  if (purchased === 0 || used <= purchased) return null;
  const more = used - purchased;
  const are = more === 1 ? 'is' : 'are';
  return `${count(more, 'more seat')} ${are} in use than purchased: nobody loses theirs, and nobody can be invited until there are enough.`;
}

/** What the number wanted costs a month, and how much more or less that is. */
export function costText(
  { monthlyCost: present, seatPrice, currency }: Seats,
  wanted: number,
  due: Due,
): string {
  const told = due.kind === 'told' && due.preview.currency === currency ? due.preview : null;
  const cost = told?.newMonthlyTotal ?? monthlyCost(wanted, seatPrice);
  const difference = cost - present;
  const sign = difference < 0 ? '−' : '+';
  const moved = difference === 0 ? '' : ` (${sign}${formatMoney(Math.abs(difference), currency)})`;
  const beforeTax = told?.tax ? ', before tax' : '';
  return `*New monthly cost*\n${formatMoney(cost, currency)}${moved}${beforeTax}`;
}

/** What is due now. */
export function dueText(seats: Seats, wanted: number, due: Due): string {
  const { status, seatPrice, currency } = seats;
  if (status !== null && isResting(status)) return refuse('subscription_on_hold', { status }).message;
  if (!seats.subscribed) {
    return `Due now: *${formatMoney(monthlyCost(wanted, seatPrice), currency)}*, for the first month, paid on Stripe’s page.`;
  }
  if (wanted === seats.purchased && seats.open.length === 0) {
    return 'Nothing is due: this is what you have.';
  }
  switch (due.kind) {
    case 'asking':
      return 'Due now: asking Stripe …';
    case 'unknown':
      return 'Stripe cannot tell the amount just now. Update asks once more.';
    case 'told':
      return toldText(due.preview);
  }
}

function toldText({ amountDue, tax, currency, nextInvoiceAt, endsAt }: SeatPreview): string {
  const until = nextInvoiceAt ?? endsAt;
  const time = `for the time ${until ? `until ${day(until)}` : 'left'}`;
  const amount = formatMoney(Math.abs(amountDue), currency);
  const within = tax ? `, ${formatMoney(Math.abs(tax), currency)} of it tax` : '';
  const due =
    amountDue >= 0
      ? `Due now: *${amount}*${within}, ${time}.`
      : `Due now: nothing. *${amount}* is credited${within}, ${time}${nextInvoiceAt ? ', on your next invoice' : ''}.`;
  return `${due} ${nextText({ nextInvoiceAt, endsAt })}`.trimEnd();
}

function nextText({ nextInvoiceAt, endsAt }: Pick<SeatPreview, 'nextInvoiceAt' | 'endsAt'>): string {
  if (endsAt && !nextInvoiceAt) return `The subscription ends on ${day(endsAt)}; there is no next invoice.`;
  const next = nextInvoiceAt ? `Next invoice: ${day(nextInvoiceAt)}.` : '';
  return endsAt ? `${next} The subscription ends on ${day(endsAt)}.` : next;
}

/** Why the modal is shown again: the amount is another one than it said. */
export function movedText(shown: Amount, present: Amount): string {
  return `The amount has changed from ${amountText(shown)} to ${amountText(present)}. Press Update again to go on.`;
}

/** Why it is shown again: it had said no amount, and now there is one. */
export const nowToldText = 'Below is what is due now, as Stripe tells it. Press Update again to go on.';

/** Why it is shown again: it had said no amount, and there is none to be had. */
export const neverToldText =
  'Stripe cannot tell what is due, so nothing was changed. Press Update again in a moment.';

function amountText({ amountDue, currency }: Amount): string {
  const amount = formatMoney(Math.abs(amountDue), currency);
  return amountDue < 0 ? `a credit of ${amount}` : amount;
}

/** The figures in words, for a sentence. */
export function figuresText({ purchased, used, monthlyCost: cost, currency }: Seats): string {
  return `${count(purchased, 'seat')} purchased, ${formatNumber(used)} used, ${formatMoney(cost, currency)} a month.`;
}
