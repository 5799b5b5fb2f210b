import type { KnownBlock, ModalView } from '@slack/types';
import { isResting } from '../../domain/billing/subscription.ts';
import { refuse } from '../../domain/errors.ts';
import { formatPence, monthlyCost } from '../../domain/money.ts';
import { MOST_SEATS } from '../../domain/seats/limits.ts';
import type { OpenSeatChange, Seats } from '../../domain/seats/read-seats.ts';
import { button, mrkdwn, plain } from './composition.ts';
import { day } from './time.ts';
import { count, formatNumber } from './words.ts';

/** What is due for the number wanted: not asked yet, told by Stripe in pence, or not to be had. */
export type Due =
  | { kind: 'asking' }
  | { kind: 'told'; amountPence: number; prorationAt: Date; nextInvoiceAt: Date | null }
  | { kind: 'unknown' };

export interface ShownSeats {
  seats: Seats;
  /** The number in the field. */
  wanted: number;
  /** Of the draft: the field takes another number only under another id. */
  version: number;
  due: Due;
}

const PREFIX = 'quantity.';

/** The block id of the number's input. */
export function quantityBlock(version: number): string {
  return `${PREFIX}${version}`;
}

/** The version in such an id; null for any other block. */
export function versionOf(blockId: string): number | null {
  const [, digits] = /^quantity\.(\d{1,8})$/.exec(blockId) ?? [];
  return digits === undefined ? null : Number(digits);
}

/** Where the Owner changes the number. */
export function seatsModal(shown: ShownSeats): ModalView {
  const { seats, wanted, version, due } = shown;
  return {
    type: 'modal',
    callback_id: 'seats.update',
    private_metadata: due.kind === 'told' ? previewMetadata(wanted, due) : '',
    title: plain('Seats'),
    submit: plain(seats.subscribed ? 'Update' : 'Go to payment'),
    close: plain('Cancel'),
    blocks: [
      figures(seats),
      { type: 'context', elements: [mrkdwn(`${heldText(seats)} A seat is £5.99 a month, yours included.`)] },
      ...seats.open.map(openChange),
      { type: 'divider' },
      quantityInput(seats, wanted, version),
      {
        type: 'actions',
        block_id: 'steps',
        elements: [
          button('seats.fewer', '−', { label: 'One seat fewer' }),
          button('seats.more', '+', { label: 'One seat more' }),
        ],
      },
      { type: 'section', block_id: 'cost', text: mrkdwn(costText(seats, wanted)) },
      { type: 'context', block_id: 'due', elements: [mrkdwn(dueText(shown))] },
    ],
  };
}

/** The figures for who cannot change them, with who can. */
export function seatsShownModal(seats: Seats): ModalView {
  return {
    type: 'modal',
    title: plain('Seats'),
    close: plain('Close'),
    blocks: seatsBlocks(seats),
  };
}

/** The same for an answer to the command. */
export function seatsBlocks(seats: Seats): KnownBlock[] {
  return [figures(seats), { type: 'context', elements: [mrkdwn(`${heldText(seats)} ${whoText(seats)}`)] }];
}

/** The same in one sentence. */
export function seatsText(seats: Seats): string {
  const { purchased, used, monthlyCost: cost } = seats;
  return `${count(purchased, 'seat')} purchased, ${formatNumber(used)} used, ${formatPence(cost)} a month. ${whoText(seats)}`;
}

function whoText({ ownerUserId }: Seats): string {
  return ownerUserId ? `<@${ownerUserId}>, the Owner, can change them.` : 'The Owner can change them.';
}

/** The three figures are always shown together. */
function figures({ purchased, used, monthlyCost: cost }: Seats): KnownBlock {
  return {
    type: 'section',
    fields: [
      mrkdwn(`*Seats purchased*\n${formatNumber(purchased)}`),
      mrkdwn(`*Seats used*\n${formatNumber(used)}`),
      mrkdwn(`*Monthly cost*\n${formatPence(cost)}`),
    ],
  };
}

function heldText({ members, pending }: Seats): string {
  return `Used by ${count(members, 'member')} and ${count(pending, 'pending invite')}.`;
}

function openChange({ to, status, amountPence, paymentUrl }: OpenSeatChange): KnownBlock {
  const what = `A change to *${count(to, 'seat')}*`;
  if (status !== 'awaiting_payment') {
    return { type: 'section', text: mrkdwn(`${what} is on its way to Stripe.`) };
  }
  const amount = amountPence === null ? '' : ` of ${formatPence(amountPence)}`;
  return {
    type: 'section',
    text: mrkdwn(`${what} waits for its payment${amount}. Another number below takes its place.`),
    ...(paymentUrl && {
      accessory: { ...button('seats.pay', 'Pay now', { style: 'primary' }), url: paymentUrl },
    }),
  };
}

function quantityInput({ used }: Seats, wanted: number, version: number): KnownBlock {
  const least = Math.max(1, used);
  return {
    type: 'input',
    block_id: quantityBlock(version),
    dispatch_action: true,
    label: plain('Number of seats'),
    hint: plain(`From ${formatNumber(least)}, the seats in use, to ${formatNumber(MOST_SEATS)}.`),
    element: {
      type: 'number_input',
      action_id: 'seats.typed',
      is_decimal_allowed: false,
      initial_value: String(wanted),
      min_value: '1',
      max_value: String(MOST_SEATS),
      dispatch_action_config: { trigger_actions_on: ['on_character_entered'] },
    },
  };
}

function costText({ monthlyCost: present }: Seats, wanted: number): string {
  const cost = monthlyCost(wanted);
  const difference = cost - present;
  const sign = difference < 0 ? '−' : '+';
  const moved = difference === 0 ? '' : ` (${sign}${formatPence(Math.abs(difference))})`;
  return `*New monthly cost*\n${formatPence(cost)}${moved}`;
}

function dueText({ seats, wanted, due }: ShownSeats): string {
  const { status } = seats;
  if (status !== null && isResting(status)) return refuse('subscription_on_hold', { status }).message;
  if (!seats.subscribed) {
    return `Due now: *${formatPence(monthlyCost(wanted))}*, for the first month, paid on Stripe’s page.`;
  }
  if (wanted === seats.purchased && seats.open.length === 0) {
    return 'Nothing is due: this is what you have.';
  }
  switch (due.kind) {
    case 'asking':
      return 'Due now: asking Stripe …';
    case 'unknown':
      return `Stripe cannot tell the amount just now. You can go on: it ${
        wanted < seats.purchased ? 'credits what was paid' : 'charges'
      } for the rest of the month and no more.`;
    case 'told':
      return toldText(due);
  }
}

function toldText({ amountPence, nextInvoiceAt }: Due & { kind: 'told' }): string {
  const until = nextInvoiceAt ? ` until ${day(nextInvoiceAt)}` : '';
  if (amountPence >= 0) return `Due now: *${formatPence(amountPence)}*, for the time${until || ' left'}.`;
  return `Due now: nothing. *${formatPence(-amountPence)}* is credited for the time${until || ' left'}, on your next invoice.`;
}

function previewMetadata(quantity: number, { prorationAt, amountPence }: Due & { kind: 'told' }): string {
  return JSON.stringify({ quantity, prorationAt: prorationAt.toISOString(), amountPence });
}
