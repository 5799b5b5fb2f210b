import { describe, expect, it } from 'vitest';
import type { Member } from '../../src/domain/actor.ts';
import type { PaymentAccountShown } from '../../src/domain/payments/account/read-account.ts';
import type { AnnouncedPayment } from '../../src/domain/payments/announcement.ts';
import type { ListedPayment } from '../../src/domain/payments/list-payments.ts';
import type { ShownPayment } from '../../src/domain/payments/read-payment.ts';
import type { PaymentsShown } from '../../src/domain/payments/show-payments.ts';
import { accountBlocks, accountLinkModal } from '../../src/slack/blocks/payment-account.ts';
import { paymentMessage } from '../../src/slack/blocks/payment-message.ts';
import { paymentModal } from '../../src/slack/blocks/payment-shown.ts';
import { paymentsModal } from '../../src/slack/blocks/payments.ts';
import { confirmRefundModal, refundModal } from '../../src/slack/blocks/refund.ts';
import { actionsIn, assertWithinLimits, textsIn } from '../setup/blocks.ts';

const at = new Date('2026-11-23T09:00:00Z');
const id = '01a209b9-ddfc-7384-a3fe-ce4bd26be99f';
const nasty = '<!channel> <https://evil.example|Click> & *bold* \n*Status*\nPaid '.repeat(30);

const member = (role: Member['role']): Member => ({
  kind: 'member',
  organizationId: id,
  memberId: id,
  teamId: 'T1',
  userId: 'U1',
  name: 'Olivia',
  email: null,
  standing: 'full',
  role,
  readOnly: null,
});
const account = (more: Partial<PaymentAccountShown> = {}): PaymentAccountShown => ({
  status: 'pending',
  accountId: 'acct_1',
  detailsSubmitted: true,
  chargesEnabled: false,
  payoutsEnabled: false,
  disabledReason: null,
  readAt: at,
  ...more,
});
const listed: ListedPayment = {
  id,
  productName: 'Blue kettle',
  quantity: 2,
  amount: 2598,
  currency: 'gbp',
  email: 'cara@customer.example',
  reference: 'Order 7',
  status: 'paid',
  refundedAmount: 0,
  createdAt: at,
};
const shown: ShownPayment = {
  ...listed,
  unitAmount: 1299,
  fee: 130,
  refundedFee: 0,
  origin: 'https://shop.example',
  reason: null,
  paidAt: at,
  refundable: 2598,
  refunds: [],
  moreRefunds: 0,
};
const announced: AnnouncedPayment = {
  ...listed,
  organizationId: id,
  teamId: 'T1',
  origin: 'https://shop.example',
  paidAt: at,
  shownRefund: 0,
  channelId: null,
  messageTs: null,
  supportChannelId: 'C1',
};
const totals = (factor: number) => ({
  count: 2 * factor,
  gross: 5000 * factor,
  refunded: 1000 * factor,
  fees: 200 * factor,
  net: 3800 * factor,
});
const everything: PaymentsShown = {
  account: account({ status: 'active', chargesEnabled: true, payoutsEnabled: true }),
  totals: {
    monthBegan: new Date('2026-11-01T00:00:00Z'),
    currencies: [
      { currency: 'gbp', allTime: totals(10), thisMonth: totals(1) },
      {
        currency: 'jpy',
        allTime: totals(1),
        thisMonth: { count: 0, gross: 0, refunded: 0, fees: 0, net: 0 },
      },
    ],
  },
  page: { payments: [listed], newer: null, older: 'after|x' },
  filter: {},
};
const words = (blocks: Parameters<typeof textsIn>[0]) =>
  textsIn(blocks)
    .map(({ text }) => text)
    .join('\n');

describe('the account', () => {
  it.each([
    [account({ status: 'not_connected', accountId: null }), 'Not connected', ['payments.connect']],
    [account({ detailsSubmitted: false }), 'Pending\nStripe needs the details', ['payments.connect']],
    [
      account({ disabledReason: 'requirements.pending_verification' }),
      'Pending\nStripe is checking what you entered. You need not do anything. No payments can be taken yet.',
      ['payments.connect', 'payments.dashboard'],
    ],
    [
      account({ chargesEnabled: true, disabledReason: 'requirements.past_due' }),
      'the time for them has run out. Add them in its form. Payments can be taken, but nothing is paid out yet.',
      ['payments.connect', 'payments.dashboard'],
    ],
    [account({ disabledReason: 'rejected.fraud' }), 'has rejected the account', undefined],
    [account({ disabledReason: 'disconnected', detailsSubmitted: false }), 'was disconnected', undefined],
    [account({ disabledReason: '<!here>`' }), 'Stripe says `&lt;!here&gt;`', undefined],
    [everything.account, 'Active\n', ['payments.dashboard']],
  ])('says how it stands and what Stripe wants: %#', (state, said, buttons) => {
    expect(words(accountBlocks(state, true))).toContain(said);
    if (buttons) expect(actionsIn(accountBlocks(state, true))).toEqual(buttons);
    expect(actionsIn(accountBlocks(state, false))).toEqual([]);
  });

  it('is never led to by a link that stands there unasked', () => {
    expect(JSON.stringify(accountBlocks(account(), true))).not.toContain('http');
    expect(JSON.stringify(accountLinkModal('onboarding', 'https://connect.stripe.com/x'))).toContain(
      'https://connect.stripe.com/x',
    );
  });
});

describe('the list of payments', () => {
  it('shows totals in each currency and each payment, with the ways further', () => {
    const view = paymentsModal(everything, member('owner'));
    const text = words(view);
    expect(text).toContain(
      'All time: 20 payments · £500.00 gross · £100.00 refunded · £20.00 fees · *£380.00 net*',
    );
    expect(text).toContain('All time: 2 payments · JP¥5,000 gross');
    expect(text).toContain('This month: none');
    expect(text).toContain('*£25.98*  2 × Blue kettle\nPaid · cara@customer.example · Order 7 · ');
    expect(actionsIn(view)).toEqual([
      'payments.dashboard',
      'payments.status',
      'payments.show',
      'payments.older',
    ]);
    assertWithinLimits(view);
  });

  it('has no account’s buttons for an Admin, and says where there is nothing', () => {
    const empty = {
      ...everything,
      totals: { ...everything.totals, currencies: [] },
      page: { payments: [], newer: null, older: null },
    };
    const view = paymentsModal(empty, member('admin'));
    expect(actionsIn(view)).toEqual(['payments.status']);
    expect(words(view)).toContain('Nothing was paid yet.');
    expect(words(view)).toContain('There is no such payment.');
  });
});

describe('one payment', () => {
  it('offers a refund to the Owner alone, and only of what is left', () => {
    expect(actionsIn(paymentModal(shown, member('owner')))).toEqual(['payments.refund']);
    expect(actionsIn(paymentModal(shown, member('admin')))).toEqual([]);
    expect(actionsIn(paymentModal({ ...shown, refundable: 0 }, member('owner')))).toEqual([]);
    expect(actionsIn(paymentModal(shown, { ...member('owner'), readOnly: 'lapsed' }))).toEqual([
      'payments.refund',
    ]);
  });

  it('names fee, net and what was refunded, by whom, and why it was not', () => {
    const view = paymentModal(
      {
        ...shown,
        status: 'partially_refunded',
        refundedAmount: 500,
        refundedFee: 25,
        refunds: [
          { id, amount: 500, status: 'succeeded', requestedBy: null, reason: null, createdAt: at },
          {
            id,
            amount: 100,
            status: 'failed',
            requestedBy: 'U7',
            reason: 'insufficient_funds',
            createdAt: at,
          },
        ],
        moreRefunds: 3,
      },
      member('admin'),
    );
    const text = words(view);
    for (const said of [
      '*Fee*\n£1.05 of £1.30',
      '*Net*\n£19.93',
      '*Refunded*\n£5.00 of £25.98 refunded',
      '£5.00 · given back · made at Stripe',
      '£1.00 · failed (insufficient funds) · by <@U7>',
      'and 3 earlier ones',
    ]) {
      expect(text).toContain(said);
    }
    assertWithinLimits(view);
  });
});

describe('a refund', () => {
  it('is asked for in whole units of the currency, and confirmed by amount and customer', () => {
    const form = refundModal({ ...shown, currency: 'jpy' }, { paymentId: id });
    expect(JSON.stringify(form)).toContain('"initial_value":"2598"');
    expect(JSON.stringify(refundModal(shown, { paymentId: id }))).toContain('"initial_value":"25.98"');
    const confirm = confirmRefundModal(shown, { paymentId: id, amount: 500 });
    expect(words(confirm)).toContain('Give *£5.00* back to *cara@customer.example* for 2 × Blue kettle?');
    expect(words(confirm)).toContain('£20.98 of it can still be given back');
    for (const view of [form, confirm]) assertWithinLimits(view);
  });
});

describe('the message in the support channel', () => {
  it('names product, quantity, amount, customer, reference and website', () => {
    const { text, blocks } = paymentMessage(announced);
    expect(text).toBe('Payment of £25.98 by cara@customer.example: 2 × Blue kettle');
    for (const said of [
      '*Payment of £25.98*  2 × Blue kettle',
      '*Customer*\ncara@customer.example',
      '*Status*\nPaid',
      '*Website*\nshop.example',
      '*Reference*\nOrder 7',
    ]) {
      expect(words(blocks)).toContain(said);
    }
  });

  it('says what was refunded, in whole or in part', () => {
    expect(paymentMessage({ ...announced, refundedAmount: 500 }).text).toContain(
      '(£5.00 of £25.98 refunded)',
    );
    const whole = paymentMessage({ ...announced, refundedAmount: 2598 });
    expect(whole.text).toContain('(£25.98 refunded)');
    expect(words(whole.blocks)).toContain('*Status*\nRefunded');
  });

  it('of a server’s payment, and of a look-alike’s, says which website it was', () => {
    expect(words(paymentMessage({ ...announced, origin: null }).blocks)).toContain('begun by a server');
    expect(words(paymentMessage({ ...announced, origin: 'https://xn--80ak6aa92e.com' }).blocks)).toContain(
      '(xn--80ak6aa92e.com)',
    );
  });
});

it('nobody’s words become a mention, a link or a field of their own, and all fits into Slack', () => {
  const hostile = { productName: nasty, email: nasty, reference: nasty, origin: nasty, reason: nasty };
  const refunds = Array.from({ length: 20 }, () => ({
    id,
    amount: 1,
    status: 'failed' as const,
    requestedBy: null,
    reason: nasty,
    createdAt: at,
  }));
  const payment = { ...shown, ...hostile, status: 'failed' as const, refunds, moreRefunds: 9_999 };
  const views = [
    paymentMessage({ ...announced, ...hostile, refundedAmount: 1 }),
    paymentModal(payment, member('owner')),
    refundModal(payment, { paymentId: id }),
    confirmRefundModal(payment, { paymentId: id, amount: 1 }),
    paymentsModal(
      {
        ...everything,
        account: account({ disabledReason: nasty }),
        totals: {
          ...everything.totals,
          currencies: Array.from({ length: 130 }, () => ({
            currency: 'gbp',
            allTime: totals(1e10),
            thisMonth: totals(1e10),
          })),
        },
        page: {
          payments: Array.from({ length: 10 }, () => ({ ...listed, ...hostile })),
          newer: 'before|x',
          older: 'after|x',
        },
      },
      member('owner'),
    ),
  ];
  for (const view of views) {
    assertWithinLimits(view);
    for (const { type, text } of textsIn(view)) {
      if (type !== 'mrkdwn') continue;
      expect(text.replace(/<!date\^[^>]*>|<@U1>/g, '')).not.toMatch(/[<>]/);
      expect(text.match(/^\*Status\*$/gm)?.length ?? 0).toBeLessThan(2);
    }
  }
});
