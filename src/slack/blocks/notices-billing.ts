import { formatPence } from '../../domain/money.ts';
import type { Notice } from '../../domain/notices.ts';
import { button } from './composition.ts';
import { because, payment, type Tellers } from './notice-parts.ts';
import { count } from './words.ts';

type BillingKind = Extract<
  Notice['kind'],
  `seats_${string}` | `seat_${string}` | `subscription_${string}` | `payment_${string}` | `second_${string}`
>;

/** What the Owner reads about seats and money; nobody else is told of them. */
export const billingTellers: Tellers<BillingKind> = {
  seats_applied: ({ seats, amountPence }) => ({
    text: `You have ${count(seats, 'seat')} now.${charged(amountPence)}`,
    buttons: [button('invitations.open', 'Invite people')],
  }),

  seats_awaiting_payment: ({ seats, amountPence, paymentUrl, reason }) => ({
    text: `The change to ${count(seats, 'seat')} waits for ${amountPence === null ? 'its payment' : `a payment of ${formatPence(amountPence)}`}.${because(reason)} The seats come as soon as it is paid.`,
    buttons: payment(paymentUrl, amountPence),
  }),

  seats_refused: ({ seats, reason, paymentUrl }) => ({
    text: `The change to ${count(seats, 'seat')} was not made.${because(reason)}`,
    buttons: [...payment(paymentUrl, null), button('seats.open', 'Change seats')],
  }),

  subscription_started: ({ seats }) => ({
    text: `Your subscription has started, with ${count(seats, 'seat')}. Now invite your people.`,
    buttons: [button('invitations.open', 'Invite people', { style: 'primary' })],
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

function charged(amountPence: number | null): string {
  if (amountPence === null) return '';
  if (amountPence === 0) return ' Nothing was charged.';
  return amountPence > 0
    ? ` ${formatPence(amountPence)} was charged for the rest of this month.`
    : ` ${formatPence(-amountPence)} is credited to your next invoice.`;
}
