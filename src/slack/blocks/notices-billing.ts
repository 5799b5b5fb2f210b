import { formatMoney } from '../../domain/money.ts';
import type { Notice } from '../../domain/notices.ts';
import { button } from './composition.ts';
import { because, payment, type Tellers } from './notice-parts.ts';
import { day, moment, roughly } from './time.ts';
import { count, formatNumber } from './words.ts';

type BillingKind = Extract<
  Notice['kind'],
  | `seats_${string}`
  | `seat_${string}`
  | `subscription_${string}`
  | `payment_${string}`
  | `second_${string}`
  | `refund_${string}`
>;

/** What the Owner reads about seats and money; nobody else is told of them. */
export const billingTellers: Tellers<BillingKind> = {
  seats_applied: ({ seats, amountPence }, { currency }) => ({
    text: `You have ${count(seats, 'seat')} now.${charged(amountPence, currency)}`,
    buttons: [button('invitations.open', 'Invite people')],
  }),

  seats_awaiting_payment: ({ seats, amountPence, paymentUrl, reason }, { currency }) => ({
    text: `The change to ${count(seats, 'seat')} waits for ${amountPence === null ? 'its payment' : `a payment of ${formatMoney(amountPence, currency)}`}.${because(reason)} The seats come as soon as it is paid.`,
    buttons: payment(paymentUrl, amountPence, currency),
  }),

  seats_refused: ({ seats, reason, paymentUrl }) => ({
    text: `The change to ${count(seats, 'seat')} was not made.${because(reason)}`,
    buttons: [...payment(paymentUrl, null), button('seats.open', 'Change seats')],
  }),

  seats_waiting: ({ seats, until, minutes }) => ({
    text: `The change to ${count(seats, 'seat')} has to wait: Stripe takes only so many changes of a subscription in a time. It is made in about ${roughly(minutes)}, ${moment(new Date(until))}. Until then another number takes its place.`,
    buttons: [button('seats.open', 'See seats')],
  }),

  seats_delayed: ({ seats }) => ({
    text: `The change to ${count(seats, 'seat')} is not made yet: Stripe cannot be reached, or does not answer as it should. It is tried again and again, and you get a message when it is made, or given up.`,
    buttons: [button('seats.open', 'See seats')],
  }),

  subscription_started: ({ seats }) => ({
    text: `Your subscription has started, with ${count(seats, 'seat')}. Now invite your people.`,
    buttons: [button('invitations.open', 'Invite people', { style: 'primary' })],
  }),

  subscription_back: ({ seats }) => ({
    text: `Your subscription is active again, and your ${count(seats, 'seat')} ${seats === 1 ? 'is' : 'are'} back. Everything can be changed as before.`,
  }),

  subscription_ending: ({ at }) => ({
    text: `Your subscription was canceled at Stripe and ends on ${day(new Date(at))}. Until then everything goes on. You can keep it with \`/org billing\`.`,
  }),

  subscription_kept: () => ({
    text: 'The cancellation of your subscription was taken back. It goes on as before.',
  }),

  payment_overdue: ({ amount, currency, url, attempt, nextAttemptAt }) => ({
    text: `Stripe could not collect ${formatMoney(amount, currency)} for your seats${attempt > 1 ? ` (attempt ${attempt})` : ''}. You keep your seats for now. ${nextAttempt(nextAttemptAt)}`,
    buttons: payment(url, amount, currency),
  }),

  payment_settled: () => ({ text: 'Nothing is overdue any more. Your seats go on as before.' }),

  payment_refunded: ({ amount, currency }) => ({
    text: `${formatMoney(amount, currency)} of what you paid for seats was refunded to you. Your seats do not change by that.`,
  }),

  refund_failed: ({ amount, currency }) => ({
    text: `A refund of ${formatMoney(amount, currency)} for seats did not reach you: your bank sent it back. Whoever runs Orgdesk has been told, and has to pay it to you in another way.`,
  }),

  payment_disputed: ({ amount, currency }) => ({
    text: `Your bank disputes a payment of ${formatMoney(amount, currency)} for your seats. Your seats do not change by that while your subscription is paid. If you did not mean to dispute it, tell your bank.`,
  }),

  seats_changed_at_stripe: ({ from, to }) => ({
    text: `Your seats were changed at Stripe from ${formatNumber(from)} to ${count(to, 'seat')}.`,
    buttons: [button('seats.open', 'See seats')],
  }),

  seats_over_used: ({ used, purchased }) => ({
    text: `${count(used, 'seat')} ${used === 1 ? 'is' : 'are'} in use and ${formatNumber(purchased)} purchased: ${formatNumber(used - purchased)} more than there are. Nobody is removed, and nobody can be invited until it fits. Add seats, or free some.`,
    buttons: [
      button('seats.open', 'Add seats', { style: 'primary' }),
      button('members.open', 'See members'),
      button('invitations.open', 'See invites'),
    ],
  }),

  seats_unclear: () => ({
    text: 'Your subscription was changed at Stripe in a way that does not show which part of it your seats are, so there are none for now. Nobody is removed, and nobody can be invited until it is put right at Stripe. Whoever runs Orgdesk has been told.',
  }),

  seat_price_changed: ({ price, currency }) => ({
    text: `A seat costs ${formatMoney(price, currency)} a month from now on.`,
    buttons: [button('seats.open', 'See seats')],
  }),

  second_subscription_refunded: ({ seats, amount, currency }) => ({
    text: `You paid twice, perhaps in two tabs. The second subscription, with ${count(seats, 'seat')}, was ended${amount === 0 ? '' : `, and ${formatMoney(amount, currency)} goes back to your card`}. Your seats stay as they are.`,
  }),

  second_subscription_found: ({ seats }) => ({
    text: `There is a second subscription at Stripe for your organization, with ${count(seats, 'seat')}, that was not bought here. It was left alone, and its seats are not counted: you may be paying twice. \`/org billing\` shows both.`,
  }),

  subscription_ended: () => ({
    text: 'Your subscription has ended, and with it the seats. Your members and everything else stay; nobody can be invited until there are seats again.',
    buttons: [button('seats.open', 'Buy seats', { style: 'primary' })],
  }),

  subscription_resting: ({ status, paymentUrl }) => ({
    text: `Your subscription is ${status ?? 'in an unknown state'} at Stripe, and there are no seats until it is active again. Your members and everything else stay; nobody can be invited meanwhile.`,
    buttons: payment(paymentUrl, null),
  }),
};

function charged(amount: number | null, currency: string): string {
  if (amount === null) return '';
  if (amount === 0) return ' Nothing was charged.';
  return amount > 0
    ? ` ${formatMoney(amount, currency)} was charged for the rest of this month.`
    : ` ${formatMoney(-amount, currency)} is credited to your next invoice.`;
}

function nextAttempt(at: string | null): string {
  return at === null
    ? 'Stripe does not try again by itself: pay it now, or the seats may be taken away.'
    : `Stripe tries again on ${moment(new Date(at))}; to be sure, pay it now.`;
}
