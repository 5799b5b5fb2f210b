import type { ModalView } from '@slack/types';
import { formatPence, monthlyCost } from '../../domain/money.ts';
import type { SeatChangeOutcome } from '../../domain/seats/request-seat-change.ts';
import { button, mrkdwn, plain } from './composition.ts';
import { escapeText } from './text.ts';
import { count } from './words.ts';

/** After Update: what was recorded and what happens next. The amount as it was shown, in pence; null where it was not. */
export function recordedModal(
  outcome: SeatChangeOutcome & { kind: 'recorded' },
  amountPence: number | null,
): ModalView {
  const { to } = outcome;
  const next = nextText(outcome, amountPence);
  return outcomeModal(`Recorded: *${count(to, 'seat')}*, ${formatPence(monthlyCost(to))} a month. ${next}`);
}

export const preparingModal: ModalView = outcomeModal('Preparing Stripe Checkout …');

/** Leads to the page on which the first seats are paid. */
export function checkoutModal(quantity: number, url: string): ModalView {
  const text = `*${count(quantity, 'seat')}*, ${formatPence(monthlyCost(quantity))} a month. Pay on Stripe’s page; the seats are yours as soon as Stripe confirms it, and you get a message here.`;
  const link = { ...button('seats.checkout', 'Go to Stripe Checkout', { style: 'primary' }), url };
  return outcomeModal(text, [{ type: 'actions', elements: [link] }]);
}

/** Why there is no such page now. */
export function noCheckoutModal(sentence: string): ModalView {
  return outcomeModal(escapeText(sentence));
}

function nextText(
  { from, to, lowered }: SeatChangeOutcome & { kind: 'recorded' },
  amountPence: number | null,
): string {
  if (lowered) return loweredText(amountPence);
  // On the way back from an earlier change that is not made yet, nothing is charged.
  const charged = to > from && (amountPence === null || amountPence > 0);
  return charged
    ? raisedText(from, amountPence)
    : 'It takes the place of the change before it. You get a message when it is made.';
}

function raisedText(from: number, amountPence: number | null): string {
  const charge = amountPence === null ? '' : ` ${formatPence(amountPence)}`;
  return `Stripe charges${charge} for the rest of the month. Until it confirms the payment you have ${count(from, 'seat')}; then you get a message.`;
}

function loweredText(amountPence: number | null): string {
  const credit = amountPence !== null && amountPence < 0 ? ` ${formatPence(-amountPence)}` : '';
  return `The other seats are given up at once. Stripe credits${credit} what was paid for the rest of the month on your next invoice, and you get a message.`;
}

function outcomeModal(text: string, more: ModalView['blocks'] = []): ModalView {
  return {
    type: 'modal',
    title: plain('Seats'),
    close: plain('Done'),
    blocks: [{ type: 'section', text: mrkdwn(text) }, ...more],
  };
}
