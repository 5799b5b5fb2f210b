import { describe, expect, it } from 'vitest';
import type { Seats } from '../../src/domain/seats/read-seats.ts';
import {
  type Due,
  quantityBlock,
  seatsBlocks,
  seatsModal,
  seatsShownModal,
  seatsText,
  versionOf,
} from '../../src/slack/blocks/seats.ts';
import {
  checkoutModal,
  noCheckoutModal,
  preparingModal,
  recordedModal,
} from '../../src/slack/blocks/seats-outcome.ts';
import { assertWithinLimits, textsIn } from '../setup/blocks.ts';

const seats: Seats = {
  purchased: 3,
  used: 2,
  members: 1,
  pending: 1,
  monthlyCost: 1797,
  subscribed: true,
  status: 'active',
  periodEndsAt: new Date('2026-12-23T09:00:00Z'),
  ownerUserId: 'U1',
  mayChange: true,
  open: [],
};
const asking: Due = { kind: 'asking' };
const told = (amountPence: number): Due => ({
  kind: 'told',
  amountPence,
  prorationAt: new Date('2026-11-23T09:00:00Z'),
  nextInvoiceAt: new Date('2026-12-23T09:00:00Z'),
});
const modal = (shown: Partial<Parameters<typeof seatsModal>[0]> = {}) =>
  seatsModal({ seats, wanted: 3, version: 0, due: asking, ...shown });
const read = (shown: Parameters<typeof textsIn>[0]) =>
  textsIn(shown)
    .map(({ text }) => text)
    .join('\n');

describe('the seats modal', () => {
  const largest: Seats = {
    ...seats,
    purchased: 10_000,
    used: 20_000,
    members: 10_000,
    pending: 10_000,
    monthlyCost: 5_990_000,
    open: [
      { to: 9_999, status: 'requested', amountPence: null, paymentUrl: null },
      {
        to: 10_000,
        status: 'awaiting_payment',
        amountPence: 5_990_000,
        paymentUrl: `https://pay.example/${'x'.repeat(2_000)}`,
      },
    ],
  };

  it.each([
    ['as it opens', modal()],
    ['with an amount', modal({ wanted: 5, due: told(1198) })],
    ['with a credit', modal({ wanted: 2, due: told(-599) })],
    ['without an amount', modal({ wanted: 5, due: { kind: 'unknown' } })],
    [
      'without a subscription',
      modal({ seats: { ...seats, subscribed: false, purchased: 0, monthlyCost: 0 } }),
    ],
    ['at its largest', modal({ seats: largest, wanted: 10_000, version: 99_999, due: told(-5_990_000) })],
    ['for others', seatsShownModal(seats)],
    ['for others without an Owner', seatsShownModal({ ...seats, ownerUserId: null })],
    ['in an answer', { text: seatsText(largest), blocks: seatsBlocks(largest) }],
    [
      'when recorded',
      recordedModal({ kind: 'recorded', seatChangeId: 'x', from: 3, to: 5, lowered: false }, 1198),
    ],
    ['when preparing Checkout', preparingModal],
    ['with the way to Checkout', checkoutModal(3, `https://checkout.example/${'x'.repeat(2_000)}`)],
    ['without Checkout', noCheckoutModal('<!channel> & <https://evil.example|x>')],
  ])('is within the limits of Slack %s', (_, shown) => {
    assertWithinLimits(shown);
  });

  it('always shows the three figures together', () => {
    for (const shown of [modal(), seatsShownModal(seats), seatsBlocks(seats)]) {
      const fields = textsIn(shown)
        .slice(-20)
        .map(({ text }) => text);
      const figures = ['*Seats purchased*\n3', '*Seats used*\n2', '*Monthly cost*\n£17.97'];
      expect(fields.join('|')).toContain(figures.join('|'));
    }
  });

  it('says what another number would cost a month, and how much more or less that is', () => {
    expect(read(modal({ wanted: 5 }))).toContain('£29.95 (+£11.98)');
    expect(read(modal({ wanted: 2 }))).toContain('£11.98 (−£5.99)');
    expect(read(modal({ wanted: 3 }))).not.toContain('(+');
  });

  it('says what is due now, what is credited, and until when', () => {
    expect(read(modal({ wanted: 5, due: told(1198) }))).toMatch(
      /Due now: \*£11\.98\*, for the time until <!date\^/,
    );
    expect(read(modal({ wanted: 2, due: told(-599) }))).toContain('Due now: nothing. *£5.99* is credited');
    const unknown = (wanted: number) => read(modal({ wanted, due: { kind: 'unknown' } }));
    expect(unknown(5)).toContain('it charges for the rest of the month and no more');
    expect(unknown(2)).toContain('it credits what was paid for the rest of the month and no more');
    const ending = { ...told(1198), nextInvoiceAt: null } as Due;
    expect(read(modal({ wanted: 5, due: ending }))).toContain('Due now: *£11.98*, for the time left.');
  });

  it('says of a subscription that rests why nothing can be bought', () => {
    const resting = { ...seats, purchased: 0, monthlyCost: 0, subscribed: false, status: 'unpaid' } as const;
    const text = read(modal({ seats: resting }));
    expect(text).toContain('The subscription is unpaid at Stripe.');
    expect(text).not.toContain('Due now');
  });

  it('gives its input another id with each press, and tells the version from it', () => {
    expect(versionOf(quantityBlock(17))).toBe(17);
    for (const id of ['quantity.', 'quantity.x', 'quantity.-1', 'quantity.999999999', 'name']) {
      expect(versionOf(id)).toBeNull();
    }
  });

  it('says what its two small buttons do', () => {
    const labels = JSON.stringify(modal());
    expect(labels).toContain('"accessibility_label":"One seat fewer"');
    expect(labels).toContain('"accessibility_label":"One seat more"');
  });

  it('leads to the payment of a change that waits for it', () => {
    const shown = modal({ seats: largest });
    expect(read(shown)).toContain('A change to *10,000 seats* waits for its payment of £59,900.00.');
    expect(JSON.stringify(shown)).toContain('"url":"https://pay.example/');
  });
});

describe('after Update', () => {
  const recorded = { kind: 'recorded', seatChangeId: 'x' } as const;

  it('says what happens next', () => {
    const raised = read(recordedModal({ ...recorded, from: 3, to: 5, lowered: false }, 1198));
    expect(raised).toContain('Recorded: *5 seats*, £29.95 a month. Stripe charges £11.98');
    expect(raised).toContain('you have 3 seats');
    const lowered = read(recordedModal({ ...recorded, from: 3, to: 1, lowered: true }, -1198));
    expect(lowered).toContain('Recorded: *1 seat*, £5.99 a month.');
    expect(lowered).toContain('Stripe credits £11.98');
  });

  it('speaks of no charge on the way back from a change that is not made yet', () => {
    const back = read(recordedModal({ ...recorded, from: 3, to: 3, lowered: false }, null));
    expect(back).toContain('It takes the place of the change before it.');
    // Six seats at Stripe, two wanted a moment ago, and now four.
    const halfway = read(recordedModal({ ...recorded, from: 2, to: 4, lowered: false }, -1198));
    expect(halfway).toContain('It takes the place of the change before it.');
    for (const text of [back, halfway]) expect(text).not.toContain('charges');
  });

  it('names no amount that was not shown', () => {
    expect(read(recordedModal({ ...recorded, from: 3, to: 5, lowered: false }, null))).toContain(
      'Stripe charges for the rest of the month',
    );
  });

  it('lets nobody’s words become a mention', () => {
    expect(read(noCheckoutModal('<!channel>'))).toContain('&lt;!channel&gt;');
  });
});
