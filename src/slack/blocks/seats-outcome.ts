import type { ModalView } from '@slack/types';
import { formatMoney, formatPence, monthlyCost } from '../../domain/money.ts';
import type { RecordedChange } from '../../domain/seats/request-seat-change.ts';
import { button, mrkdwn, plain } from './composition.ts';
import { escapeText } from './text.ts';
import { moment, roughlyUntil } from './time.ts';
import { count } from './words.ts';

/** What Stripe told: the amount in the change's currency, null where it never did; `silent` where it did not just now. */
export interface Told {
  amount: number | null;
  silent?: boolean;
}

/** After Update: what was recorded and what happens next. */
export function recordedModal(
  change: RecordedChange,
  { amount, silent = false }: Told,
  now: Date,
): ModalView {
  const { to, monthlyCost: cost, currency } = change;
  const recorded = `Recorded: *${count(to, 'seat')}*, ${formatMoney(cost, currency)} a month.`;
  const unasked = silent ? 'Stripe does not answer just now; the change is made when it does.' : '';
  const sentences = [recorded, nextText(change, amount), unasked, waitText(change, now)];
  return outcomeModal(sentences.filter(Boolean).join(' '));
}

/** While Stripe is asked once more what is due; nothing is recorded before. */
export const askingModal: ModalView = outcomeModal(
  'Asking Stripe what is due now … Nothing is recorded yet.',
  [],
  'Close',
);

export const preparingModal: ModalView = outcomeModal('Preparing Stripe Checkout …');

/** Leads to the page on which the first seats are paid. */
export function checkoutModal(quantity: number, url: string): ModalView {
  const text = `*${count(quantity, 'seat')}*, ${formatPence(monthlyCost(quantity))} a month. Pay on Stripe’s page; the seats are yours as soon as Stripe confirms it, and you get a message here.`;
  const link = { ...button('seats.checkout', 'Go to Stripe Checkout', { style: 'primary' }), url };
  return outcomeModal(text, [{ type: 'actions', elements: [link] }]);
}

/** Why nothing was done. */
export function sentenceModal(sentence: string): ModalView {
  return outcomeModal(escapeText(sentence));
}

function nextText(change: RecordedChange, amount: number | null): string {
  const { from, to, lowered } = change;
  if (lowered) return loweredText(change, amount);
  // On the way back from an earlier change that is not made yet, nothing is charged.
  const charged = to > from && (amount === null || amount > 0);
  return charged
    ? raisedText(change, amount)
    : 'It takes the place of the change before it. You get a message when it is made.';
}

function raisedText({ from, currency }: RecordedChange, amount: number | null): string {
  const charge = amount === null ? '' : ` ${formatMoney(amount, currency)}`;
  return `Stripe charges${charge} for the rest of the month. Until it confirms the payment you have ${count(from, 'seat')}; then you get a message.`;
}

function loweredText({ currency }: RecordedChange, amount: number | null): string {
  const credit = amount !== null && amount < 0 ? ` ${formatMoney(-amount, currency)}` : '';
  return `The other seats are given up at once. Stripe credits${credit} what was paid for the rest of the month on your next invoice, and you get a message.`;
}

function waitText({ sendAfter }: RecordedChange, now: Date): string {
  if (sendAfter === null) return '';
  return `Stripe takes only so many changes in a time: it is applied in about ${roughlyUntil(sendAfter, now)}, ${moment(sendAfter)}.`;
}

function outcomeModal(text: string, more: ModalView['blocks'] = [], close = 'Done'): ModalView {
  return {
    type: 'modal',
    title: plain('Seats'),
    close: plain(close),
    blocks: [{ type: 'section', text: mrkdwn(text) }, ...more],
  };
}
