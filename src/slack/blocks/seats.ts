import type { KnownBlock, ModalView } from '@slack/types';
import { refuse } from '../../domain/errors.ts';
import { formatMoney } from '../../domain/money.ts';
import { MOST_SEATS } from '../../domain/seats/limits.ts';
import type { OpenSeatChange, Seats } from '../../domain/seats/read-seats.ts';
import type { SeatPreview } from '../questions.ts';
import { button, mrkdwn, plain } from './composition.ts';
import { payment } from './notice-parts.ts';
import { costText, type Due, dueText, figuresText, overUseText, waitText } from './seats-words.ts';
import { escapeText } from './text.ts';
import { count, formatNumber } from './words.ts';

export interface ShownSeats {
  seats: Seats;
  /** The number in the field. */
  wanted: number;
  /** Of the draft: the field takes another number only under another id. */
  version: number;
  due: Due;
  /** A sentence that this modal is shown for again; plain text. */
  note?: string;
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
  const { seats, wanted, version, due, note } = shown;
  return {
    type: 'modal',
    callback_id: 'seats.update',
    private_metadata: due.kind === 'told' ? previewMetadata(wanted, due.preview) : '',
    title: plain('Seats'),
    submit: plain(seats.subscribed ? 'Update' : 'Go to payment'),
    close: plain('Cancel'),
    blocks: [
      ...(note ? [{ type: 'section', text: mrkdwn(`*${escapeText(note)}*`) } as const] : []),
      figures(seats),
      { type: 'context', elements: [mrkdwn(`${heldText(seats)} ${priceText(seats)}`)] },
      ...seats.open.map((change) => openChange(change, seats.currency)),
      { type: 'divider' },
      quantityInput(seats, wanted, version),
      {
        type: 'actions',
        block_id: 'steps',
        elements: [
          button('seats.fewer', '−', { label: 'One seat fewer' }),
          button('seats.more', '+', { label: 'One seat more' }),
          ...(seats.subscribed
            ? [button('billing.open', 'Billing', { label: 'Billing: invoices and card' })]
            : []),
        ],
      },
      { type: 'section', block_id: 'cost', text: mrkdwn(costText(seats, wanted, due)) },
      { type: 'context', block_id: 'due', elements: [mrkdwn(dueText(seats, wanted, due))] },
    ],
  };
}

/** For the Owner of a subscription that rests: nothing to be changed, and the way to have it go on. */
export function restingSeatsModal(seats: Seats): ModalView {
  const status = seats.status ?? 'in an unknown state';
  const ways = [...payment(seats.overdueUrl, null), button('billing.open', 'Billing')];
  return {
    type: 'modal',
    // Named, so that the billing portal opens above it.
    callback_id: 'seats.update',
    title: plain('Seats'),
    close: plain('Close'),
    blocks: [
      figures(seats),
      { type: 'context', elements: [mrkdwn(heldText(seats))] },
      { type: 'section', text: mrkdwn(refuse('subscription_on_hold', { status }).message) },
      { type: 'actions', elements: ways },
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
  return `${figuresText(seats)} ${whoText(seats)}`;
}

function whoText({ ownerUserId }: Seats): string {
  return ownerUserId ? `<@${ownerUserId}>, the Owner, can change them.` : 'The Owner can change them.';
}

/** The three figures are always shown together. */
function figures({ purchased, used, monthlyCost: cost, currency }: Seats): KnownBlock {
  return {
    type: 'section',
    fields: [
      mrkdwn(`*Seats purchased*\n${formatNumber(purchased)}`),
      mrkdwn(`*Seats used*\n${formatNumber(used)}`),
      mrkdwn(`*Monthly cost*\n${formatMoney(cost, currency)}`),
    ],
  };
}

function heldText(seats: Seats): string {
  const held = `Used by ${count(seats.members, 'member')} and ${count(seats.pending, 'pending invite')}.`;
  const over = overUseText(seats);
  return over ? `${held} ${over}` : held;
}

function priceText({ seatPrice, currency }: Seats): string {
  return `A seat is ${formatMoney(seatPrice, currency)} a month, yours included.`;
}

function openChange(
  { to, status, amountPence, paymentUrl, waits }: OpenSeatChange,
  currency: string,
): KnownBlock {
  const what = `A change to *${count(to, 'seat')}*`;
  if (status !== 'awaiting_payment') {
    const how = waits
      ? `${waitText(waits)}. Another number below takes its place`
      : 'is on its way to Stripe';
    return { type: 'section', text: mrkdwn(`${what} ${how}.`) };
  }
  const amount = amountPence === null ? '' : ` of ${formatMoney(amountPence, currency)}`;
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

function previewMetadata(quantity: number, { prorationAt, amountDue, currency }: SeatPreview): string {
  return JSON.stringify({ quantity, prorationAt: prorationAt.toISOString(), amountDue, currency });
}
