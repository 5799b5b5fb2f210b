import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refuse } from '../../src/domain/errors.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { type SeededPayment, seedPayment } from '../setup/payments.ts';
import { newTown, type Town } from './organization.ts';
import { readModal } from './screen.ts';
import { type StartedApp, startApp } from './start.ts';

let app: StartedApp;
let town: Town;
let owner: Person;
/** What Stripe was asked for, and what it answers. */
const asked: string[] = [];
let answer: (organizationId: string, page: string) => Promise<{ url: string }>;

beforeAll(async () => {
  const ask = (page: string) => (organizationId: string) => {
    asked.push(`${page} ${organizationId}`);
    return answer(organizationId, page);
  };
  app = await startApp({
    payments: () => ({ onboarding: ask('onboarding'), dashboard: ask('dashboard') }),
  });
});
beforeEach(async () => {
  town = await newTown(app);
  owner = await town.found();
  answer = async (_, page) => ({ url: `https://connect.stripe.test/${page}` });
  asked.length = 0;
});
afterAll(async () => {
  expect(app.sandbox.violations).toEqual([]);
  await app.stop();
});

const seed = async (payment?: SeededPayment) =>
  seedPayment(app.context, (await town.organization()).id, payment);
const refundsOf = (paymentId: string) => app.context.database.refund.findMany({ where: { paymentId } });
const shows = (person: Person, text: string) =>
  app.sandbox.until(`"${text}" is to be read`, () => readModal(person).includes(text));

/** Opens the one payment of the list. */
async function openPayment(person: Person, paymentId: string): Promise<void> {
  await town.open(person, 'payments');
  await person.press('payments.show', { value: paymentId });
  await shows(person, 'Customer');
}

/** Goes as far as the question whether it is to be given back. */
async function typeRefund(paymentId: string, amount: string): Promise<void> {
  await openPayment(owner, paymentId);
  await owner.press('payments.refund');
  await shows(owner, 'can be given back');
  await owner.fill({ amount });
  expect((await owner.submit()).errors).toEqual({});
  expect(readModal(owner)).toContain('It cannot be taken back.');
}

describe('/org payments', () => {
  it('shows account, totals and list to the Owner and Admins, and is refused to everybody else', async () => {
    await seed({ reference: 'Order 7', fee: 26 });
    const admin = await town.seat('admin');
    for (const person of [owner, admin]) {
      await town.open(person, 'payments');
      for (const said of [
        'Not connected',
        '1 payment · £25.98 gross · £0.00 refunded · £0.26 fees · *£25.72 net*',
        '*£25.98*  2 × Blue kettle\nPaid · cara@customer.example · Order 7',
      ]) {
        expect(readModal(person)).toContain(said);
      }
    }
    await expect(admin.press('payments.connect')).rejects.toThrow('not to be seen');
    expect(await town.read(await town.seat('agent'), 'payments')).toContain(
      'Only the Owner and Admins can do this.',
    );
    expect(await town.read(town.add(), 'payments')).toContain('You have no seat');
    const help = await town.read(admin, 'help');
    expect(help).toContain('/org payments');
    expect(await town.read(await town.seat('agent'), 'help')).not.toContain('/org payments');
  });

  it('pages through the list and narrows it down, and stays usable while nothing can be changed', async () => {
    for (let index = 0; index < 12; index++) await seed({ reference: `Order ${index}.` });
    await seed({ status: 'failed', reference: 'Nobody paid' });
    await app.context.database.organization.update({
      where: { teamId: town.teamId },
      data: { subscriptionId: `sub_${town.teamId}`, subscriptionStatus: 'canceled' },
    });
    await town.open(owner, 'payments');
    await owner.press('payments.older');
    await shows(owner, 'Order 0.');
    await owner.press('payments.newer');
    await shows(owner, 'Order 11.');
    await owner.choose('payments.status', 'failed');
    await app.sandbox.until('the failed ones', () => !readModal(owner).includes('Order 11.'));
    expect(readModal(owner)).toContain('Nobody paid');
    await owner.choose('payments.status', 'refunded');
    await shows(owner, 'There is no such payment.');
  });

  it('shows nothing of another organization, whatever id is pressed', async () => {
    const { id } = await town.organization();
    const mine = await seed();
    const other = await newTown(app);
    await other.found('Elsewhere');
    const foreign = await seedPayment(app.context, (await other.organization()).id, {
      productName: 'Secret',
    });
    await town.open(owner, 'payments');
    expect(readModal(owner)).not.toContain('Secret');
    for (const value of [foreign, app.context.newId(), 'x', '', "' OR 1=1"]) {
      for (const actionId of ['payments.show', 'payments.refund']) {
        const edit = (payload: { actions?: unknown }) => {
          payload.actions = [{ ...(payload.actions as object[])[0], action_id: actionId, value }];
        };
        await owner.press('payments.show', { value: mine, edit });
        await shows(owner, 'There is no such payment.');
        await owner.closeModal();
      }
    }
    const page = (payload: { actions?: unknown }) => {
      payload.actions = [
        { ...(payload.actions as object[])[0], action_id: 'payments.older', value: `before|${foreign}` },
      ];
    };
    await owner.press('payments.show', { value: mine, edit: page });
    expect(readModal(owner)).not.toContain('Secret');
    expect(await app.context.database.payment.count({ where: { organizationId: id } })).toBe(1);
  });
});

describe('the way to Stripe', () => {
  it('is asked for when the Owner presses, never before, and shown to nobody else', async () => {
    const { id } = await town.organization();
    await town.open(owner, 'payments');
    expect(asked).toEqual([]);
    await owner.press('payments.connect');
    await shows(owner, 'The link works once');
    expect(JSON.stringify(owner.modal?.view)).toContain('https://connect.stripe.test/onboarding');
    expect(asked).toEqual([`onboarding ${id}`]);
    await owner.press('payments.stripe');
    await owner.closeModal();
    const now = app.context.now();
    await app.context.database.paymentAccount.create({
      data: {
        organizationId: id,
        accountId: `acct_${id}`,
        detailsSubmitted: true,
        readAt: now,
        createdAt: now,
      },
    });
    await owner.closeModal();
    await town.open(owner, 'payments');
    expect(readModal(owner)).toContain('Pending');
    await owner.press('payments.dashboard');
    await app.sandbox.until('the dashboard', () => asked.length === 2);
    await shows(owner, 'payouts');
  });

  it('is refused to an Admin who presses all the same, and to who is the Owner no more', async () => {
    const admin = await town.seat('admin');
    await seed();
    await town.open(admin, 'payments');
    for (const actionId of ['payments.connect', 'payments.dashboard', 'payments.refund']) {
      const edit = (payload: { actions?: unknown }) => {
        payload.actions = [{ ...(payload.actions as object[])[0], action_id: actionId }];
      };
      await admin.press('payments.show', { edit });
      await shows(admin, 'Only the Owner can do this.');
      await admin.closeModal();
    }
    await town.open(owner, 'payments');
    await app.context.database.member.updateMany({
      where: { userId: owner.user.id },
      data: { role: 'agent' },
    });
    await owner.press('payments.connect');
    await shows(owner, 'Only the Owner can do this.');
    expect(asked).toEqual([]);
  });

  it('says so where Stripe cannot be had, and where the question is refused', async () => {
    await town.open(owner, 'payments');
    answer = () => Promise.reject(new Error('Stripe is away'));
    await owner.press('payments.connect');
    await shows(owner, 'Stripe does not answer right now.');
    await owner.closeModal();
    answer = () => Promise.reject(refuse('organization_closing'));
    await owner.press('payments.connect');
    await shows(owner, 'is being deleted');
  });
});

describe('a refund', () => {
  it('of a part goes through a question that names amount and customer, and stands on the payment at once', async () => {
    const id = await seed();
    await typeRefund(id, '5');
    expect(readModal(owner)).toContain('Give *£5.00* back to *cara@customer.example* for 2 × Blue kettle?');
    expect(readModal(owner)).toContain('£20.98 of it can still be given back');
    expect(await refundsOf(id)).toEqual([]);
    await owner.submit();
    expect(readModal(owner)).toContain('*£5.00* is on its way back to cara@customer.example');
    expect(await refundsOf(id)).toMatchObject([
      { amount: 500, status: 'requested', requestedBy: owner.user.id },
    ]);
    await owner.closeModal();
    await shows(owner, `£5.00 · on its way · by <@${owner.user.id}>`);
    expect((await town.audit()).at(-1)).toMatchObject({
      action: 'payment.refund_requested',
      after: { amount: 500, currency: 'gbp' },
    });
  });

  it('of all of it is what the form begins with; whole units are those of the currency', async () => {
    const id = await seed({ unitAmount: 1500, quantity: 2, currency: 'jpy' });
    await openPayment(owner, id);
    await owner.press('payments.refund');
    await shows(owner, 'JP¥3,000 can be given back');
    await owner.submit();
    expect(readModal(owner)).toContain('Give *JP¥3,000* back');
    await owner.submit();
    expect(await refundsOf(id)).toMatchObject([{ amount: 3000 }]);
    await owner.closeModal();
    await shows(owner, 'on its way');
    await expect(owner.press('payments.refund')).rejects.toThrow('not to be seen');
  });

  it('is refused on the field for what is no amount, nothing, or more than is left', async () => {
    const id = await seed();
    await openPayment(owner, id);
    await owner.press('payments.refund');
    await shows(owner, 'can be given back');
    for (const [typed, sentence] of [
      ['five', 'Enter an amount like 25.98.'],
      ['-5', 'Enter an amount'],
      ['1.234', 'Enter an amount'],
      ['0', 'At most £25.98 can be given back'],
      ['25.99', 'At most £25.98 can be given back'],
      ['999999999999', 'Enter an amount'],
    ] as const) {
      await owner.fill({ amount: typed });
      expect((await owner.submit()).errors.amount).toContain(sentence);
    }
    expect(await refundsOf(id)).toEqual([]);
  });

  it('is one however often its form is sent: 20 times at once, replayed, and pressed again', async () => {
    const id = await seed();
    await typeRefund(id, '5');
    const submits = Array.from({ length: 20 }, (_, index) =>
      owner.submit({
        edit: (payload) => {
          payload.trigger_id = `press-${index}`;
        },
      }),
    );
    await Promise.all(submits);
    await app.sandbox.replay();
    expect(await refundsOf(id)).toMatchObject([{ amount: 500 }]);
    const lines = (await town.audit()).filter(({ action }) => action === 'payment.refund_requested');
    expect(lines).toHaveLength(1);
  });

  it('by two forms is never more than was paid', async () => {
    const id = await seed();
    await typeRefund(id, '25.98');
    const first = owner.modal;
    await owner.closeModal();
    await owner.closeModal();
    await owner.closeModal();
    await typeRefund(id, '25.98');
    const asOther = (payload: { view?: unknown }) => {
      (payload.view as { id: string }).id = String(first?.id);
    };
    await Promise.all([owner.submit(), owner.submit({ edit: asOther })]);
    expect(await refundsOf(id)).toHaveLength(1);
    expect(readModal(owner)).toMatch(/is on its way back|Nothing of this payment can be given back/);
  });

  it('does nothing with another amount, payment or form than was shown, nor for who is the Owner no more', async () => {
    const id = await seed();
    const other = await newTown(app);
    await other.found('Elsewhere');
    const foreign = await seedPayment(app.context, (await other.organization()).id);
    await typeRefund(id, '5');
    const confirming = owner.modal?.view.private_metadata;
    const place = JSON.parse(String(confirming)) as object;
    for (const [metadata, sentence] of [
      [JSON.stringify({ ...place, paymentId: foreign }), 'There is no such payment.'],
      [JSON.stringify({ ...place, paymentId: 'x' }), 'There is no such payment.'],
      [JSON.stringify({ ...place, amount: 2599 }), 'At most £25.98 can be given back'],
      [JSON.stringify({ ...place, amount: -1 }), 'At most £25.98 can be given back'],
      [JSON.stringify({ ...place, amount: 0.5 }), 'There is no such payment.'],
      ['{"paymentId":', 'There is no such payment.'],
    ] as const) {
      await owner.submit({
        edit: (payload) => {
          (payload.view as { private_metadata: string }).private_metadata = metadata;
        },
      });
      expect(readModal(owner)).toContain(sentence);
    }
    await app.context.database.member.updateMany({
      where: { userId: owner.user.id },
      data: { role: 'admin' },
    });
    await owner.submit();
    expect(readModal(owner)).toContain('Only the Owner can do this.');
    expect([...(await refundsOf(id)), ...(await refundsOf(foreign))]).toEqual([]);
    // What was refused may be sent again by whoever may.
    await app.context.database.member.updateMany({
      where: { userId: owner.user.id },
      data: { role: 'owner' },
    });
    await owner.submit({
      edit: (payload) => {
        (payload.view as { private_metadata: string }).private_metadata = String(confirming);
      },
    });
    expect(await refundsOf(id)).toHaveLength(1);
  });

  it('of what was not paid, or is refunded already, is not offered and not done', async () => {
    const pending = await seed({ status: 'pending' });
    const refunded = await seed({ status: 'refunded', refundedAmount: 2598 });
    for (const id of [pending, refunded]) {
      await openPayment(owner, id);
      await expect(owner.press('payments.refund')).rejects.toThrow('not to be seen');
      await owner.closeModal();
      const edit = (payload: { actions?: unknown }) => {
        payload.actions = [{ ...(payload.actions as object[])[0], action_id: 'payments.refund' }];
      };
      await owner.press('payments.show', { value: id, edit });
      await shows(owner, 'Nothing of this payment can be given back');
      await owner.closeModal();
      await owner.closeModal();
    }
  });

  it('of a hostile customer’s payment shows their words and nothing more', async () => {
    const id = await seed({
      productName: '<!channel>',
      reference: '<https://evil.example|Click>\n*Status*\nx',
    });
    await typeRefund(id, '1');
    expect(JSON.stringify(owner.modal?.view)).not.toContain('<!channel>');
    await owner.submit();
    await owner.closeModal();
    await shows(owner, '&lt;https://evil.example|Click&gt; *Status* x');
  });
});
