import { describe, expect, it } from 'vitest';
import type { Seats } from '../../src/domain/seats/read-seats.ts';
import {
  quantityBlock,
  restingSeatsModal,
  seatsBlocks,
  seatsModal,
  seatsShownModal,
  seatsText,
  versionOf,
} from '../../src/slack/blocks/seats.ts';
import {
  askingModal,
  checkoutModal,
  preparingModal,
  recordedModal,
  sentenceModal,
} from '../../src/slack/blocks/seats-outcome.ts';
import { type Due, movedText } from '../../src/slack/blocks/seats-words.ts';
import type { SeatPreview } from '../../src/slack/questions.ts';
import { actionsIn, assertWithinLimits, textsIn } from '../setup/blocks.ts';

const seats: Seats = {
  purchased: 3,
  used: 2,
  members: 1,
  pending: 1,
  monthlyCost: 1797,
  seatPrice: 599,
  currency: 'gbp',
  subscribed: true,
  status: 'active',
  resting: false,
  overdueUrl: null,
  periodEndsAt: new Date('2026-12-23T09:00:00Z'),
  ownerUserId: 'U1',
  mayChange: true,
  open: [],
};
const asking: Due = { kind: 'asking' };
const told = (amountDue: number, said: Partial<SeatPreview> = {}): Due => ({
  kind: 'told',
  preview: {
    amountDue,
    tax: null,
    newMonthlyTotal: null,
    currency: 'gbp',
    prorationAt: new Date('2026-11-23T09:00:00Z'),
    nextInvoiceAt: new Date('2026-12-23T09:00:00Z'),
    endsAt: null,
    ...said,
  },
});
const now = new Date('2026-11-23T09:00:00Z');
const recorded = {
  kind: 'recorded',
  seatChangeId: 'x',
  from: 3,
  to: 5,
  lowered: false,
  sendAfter: null,
  monthlyCost: 2995,
  currency: 'gbp',
} as const;
const modal = (shown: Partial<Parameters<typeof seatsModal>[0]> = {}) =>
  seatsModal({ seats, wanted: 3, version: 0, due: asking, ...shown });
const read = (shown: Parameters<typeof textsIn>[0]) =>
  textsIn(shown)
    .map(({ text }) => text)
    .join('\n');

describe('the seats modal', () => {
  it('has no field for a subscription that rests, and the way to pay in its place', () => {
    const overdueUrl = 'https://invoice.stripe.com/i/1';
    const view = restingSeatsModal({ ...seats, purchased: 0, status: 'unpaid', resting: true, overdueUrl });
    expect(view.submit).toBeUndefined();
    expect(actionsIn(view)).toEqual(['seats.pay', 'billing.open']);
    expect(
      textsIn(view)
        .map(({ text }) => text)
        .join('\n'),
    ).toContain('The subscription is unpaid at Stripe.');
    assertWithinLimits(view);
    const unknown = restingSeatsModal({ ...seats, status: null, resting: true });
    expect(actionsIn(unknown)).toEqual(['billing.open']);
    assertWithinLimits(unknown);
  });

  it('leads to the invoices and the card where there is a subscription', () => {
    expect(actionsIn(modal())).toContain('billing.open');
    expect(actionsIn(modal({ seats: { ...seats, subscribed: false } }))).not.toContain('billing.open');
  });

  const largest: Seats = {
    ...seats,
    purchased: 10_000,
    used: 20_000,
    members: 10_000,
    pending: 10_000,
    monthlyCost: 5_990_000,
    open: [
      {
        to: 9_999,
        status: 'requested',
        amountPence: null,
        paymentUrl: null,
        waits: { until: now, minutes: 1_440 },
      },
      {
        to: 10_000,
        status: 'awaiting_payment',
        amountPence: 5_990_000,
        paymentUrl: `https://pay.example/${'x'.repeat(2_000)}`,
        waits: null,
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
      recordedModal(
        { ...recorded, sendAfter: new Date('2026-11-23T09:12:00Z') },
        { amount: 1198, silent: true },
        now,
      ),
    ],
    ['while asking', askingModal],
    ['when preparing Checkout', preparingModal],
    ['with the way to Checkout', checkoutModal(3, `https://checkout.example/${'x'.repeat(2_000)}`)],
    ['without Checkout', sentenceModal('<!channel> & <https://evil.example|x>')],
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
    expect(read(modal({ wanted: 5, due: { kind: 'unknown' } }))).toContain('Update asks once more.');
    expect(read(modal({ wanted: 5, due: told(1198) }))).toMatch(/Next invoice: <!date\^1798016400\^/);
  });

  it('says of a subscription that ends when it does, in the place of the next invoice', () => {
    const endsAt = new Date('2026-12-23T09:00:00Z');
    const ending = read(modal({ wanted: 5, due: told(1198, { nextInvoiceAt: null, endsAt }) }));
    expect(ending).toMatch(
      /for the time until <!date\^1798016400\^.* The subscription ends on <!date\^1798016400\^/,
    );
    expect(ending).not.toContain('Next invoice');
    const later = new Date('2027-02-01T09:00:00Z');
    const both = read(modal({ wanted: 5, due: told(1198, { endsAt: later }) }));
    expect(both).toContain('Next invoice');
    expect(both).toContain('The subscription ends on');
    const credit = read(modal({ wanted: 2, due: told(-599, { nextInvoiceAt: null, endsAt }) }));
    expect(credit).not.toContain('on your next invoice');
  });

  it('names the tax where Stripe reports it, and that the monthly cost is before it', () => {
    const text = read(modal({ wanted: 5, due: told(1438, { tax: 240, newMonthlyTotal: 2995 }) }));
    expect(text).toContain('Due now: *£14.38*, £2.40 of it tax, for the time until');
    expect(text).toContain('£29.95 (+£11.98), before tax');
    expect(read(modal({ wanted: 5, due: told(1198) }))).not.toContain('tax');
  });

  it('counts in the currency and at the price of the subscription', () => {
    const euros: Seats = { ...seats, currency: 'eur', seatPrice: 700, monthlyCost: 2100 };
    const text = read(
      modal({ seats: euros, wanted: 5, due: told(1400, { currency: 'eur', newMonthlyTotal: 3500 }) }),
    );
    for (const part of [
      '*Monthly cost*\n€21.00',
      'A seat is €7.00 a month',
      '€35.00 (+€14.00)',
      'Due now: *€14.00*',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('£');
    const yen: Seats = { ...seats, currency: 'jpy', seatPrice: 1000, monthlyCost: 3000 };
    expect(seatsText(yen)).toContain('JP¥3,000 a month');
    expect(
      read(recordedModal({ ...recorded, monthlyCost: 3500, currency: 'eur' }, { amount: 1400 }, now)),
    ).toContain('€35.00 a month. Stripe charges €14.00');
  });

  it('says of more seats in use than purchased how many, and what follows', () => {
    const text = read(modal({ seats: { ...seats, purchased: 3, used: 6, members: 4, pending: 2 } }));
    expect(text).toContain('3 more seats are in use than purchased');
    expect(text).toContain('nobody can be invited');
    expect(read(modal({ seats: { ...seats, purchased: 3, used: 3 } }))).not.toContain('in use than');
    expect(read(modal({ seats: { ...seats, purchased: 5, used: 6 } }))).toContain('1 more seat is in use');
  });

  it('says of a change that has to wait when it is applied', () => {
    const waits = { until: new Date('2026-11-23T09:12:00Z'), minutes: 12 };
    const open = [{ to: 5, status: 'requested', amountPence: null, paymentUrl: null, waits } as const];
    const text = read(modal({ seats: { ...seats, open: [...open] } }));
    expect(text).toContain('A change to *5 seats* waits, since Stripe takes only so many changes in a time');
    expect(text).toContain('is applied in about 12 minutes, <!date^1795425120^');
  });

  it('is shown again with the reason on top', () => {
    const pounds = (amountDue: number) => ({ amountDue, currency: 'gbp' });
    const note = movedText(pounds(1198), pounds(1250));
    expect(note).toBe('The amount has changed from £11.98 to £12.50. Press Update again to go on.');
    expect(read(modal({ note })).startsWith('Seats')).toBe(true);
    expect(read(modal({ note }))).toContain(`*${note}*`);
    expect(movedText(pounds(-1198), pounds(-599))).toContain('from a credit of £11.98 to a credit of £5.99');
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
  it('says what happens next', () => {
    const raised = read(recordedModal(recorded, { amount: 1198 }, now));
    expect(raised).toContain('Recorded: *5 seats*, £29.95 a month. Stripe charges £11.98');
    expect(raised).toContain('you have 3 seats');
    const lowered = read(
      recordedModal({ ...recorded, to: 1, lowered: true, monthlyCost: 599 }, { amount: -1198 }, now),
    );
    expect(lowered).toContain('Recorded: *1 seat*, £5.99 a month.');
    expect(lowered).toContain('Stripe credits £11.98');
  });

  it('speaks of no charge on the way back from a change that is not made yet', () => {
    const back = read(recordedModal({ ...recorded, to: 3 }, { amount: null }, now));
    expect(back).toContain('It takes the place of the change before it.');
    // Six seats at Stripe, two wanted a moment ago, and now four.
    const halfway = read(recordedModal({ ...recorded, from: 2, to: 4 }, { amount: -1198 }, now));
    expect(halfway).toContain('It takes the place of the change before it.');
    for (const text of [back, halfway]) expect(text).not.toContain('charges');
  });

  it('says when a change that has to wait is applied, and that Stripe is silent', () => {
    const sendAfter = new Date('2026-11-23T12:30:00Z');
    const text = read(recordedModal({ ...recorded, sendAfter }, { amount: null, silent: true }, now));
    expect(text).toContain('it is applied in about 4 hours, <!date^');
    expect(text).toContain('Stripe does not answer just now');
  });

  it('names no amount that was not shown', () => {
    expect(read(recordedModal(recorded, { amount: null }, now))).toContain(
      'Stripe charges for the rest of the month',
    );
  });

  it('lets nobody’s words become a mention', () => {
    expect(read(sentenceModal('<!channel>'))).toContain('&lt;!channel&gt;');
  });
});
