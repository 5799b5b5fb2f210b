import { describe, expect, it } from 'vitest';
import { applySubscription } from '../../../src/domain/billing/apply-subscription.ts';
import type { Overdue, SubscriptionReading } from '../../../src/domain/billing/subscription.ts';
import { transferOwnership } from '../../../src/domain/members/transfer-ownership.ts';
import { requestDeletion } from '../../../src/domain/organizations/deletion/request-deletion.ts';
import { requestSeatChange } from '../../../src/domain/seats/request-seat-change.ts';
import { refuseSeatChange } from '../../../src/domain/seats/sent-seat-change.ts';
import { type SeededOrganization, seedMember, seedOrganization } from '../../setup/organization.ts';
import { useSeatStage } from '../seats/stage.ts';

const stage = useSeatStage();

const read = async (organization: SeededOrganization, said: Partial<SubscriptionReading>) =>
  applySubscription(stage.context, organization.id, await stage.reading(organization, said));

const row = ({ id }: SeededOrganization) =>
  stage.database.organization.findUniqueOrThrow({ where: { id }, include: { overdueInvoices: true } });

const kinds = async (organization: SeededOrganization) =>
  (await stage.notices(organization)).map(({ kind }) => kind);

const later = (days: number) => new Date(stage.context.now().getTime() + days * 86_400_000);

let invoices = 0;

function owed(attempt = 1, said: Partial<Overdue> = {}): Overdue {
  if (!said.invoiceId) invoices += 1;
  const invoiceId = `in_owed_${invoices}`;
  return {
    invoiceId,
    attempt,
    amountDue: 2396,
    url: 'https://pay.example/1',
    issuedAt: stage.context.now(),
    nextAttemptAt: later(3),
    ...said,
  };
}

describe('what is owed', () => {
  it('is told once for each attempt, and once when it is paid, however often and in whatever order it is read', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const { invoiceId } = owed();
    const readings: SubscriptionReading[] = [];
    for (const attempt of [1, 2, 3]) {
      const overdue = [owed(attempt, { invoiceId })];
      readings.push(await stage.reading(organization, { status: 'past_due', overdue }));
    }
    for (const [index, reading] of readings.entries()) {
      // Older readings, and a hundred of each.
      const copies = Array.from({ length: 100 }, (_, copy) => readings[copy % (index + 1)] ?? reading);
      await Promise.all(
        [...copies, reading].map((each) => applySubscription(stage.context, organization.id, each)),
      );
    }
    expect(await stage.notices(organization)).toEqual(
      [1, 2, 3].map((attempt) => ({
        kind: 'payment_overdue',
        amount: 2396,
        currency: 'gbp',
        url: 'https://pay.example/1',
        attempt,
        nextAttemptAt: later(3).toISOString(),
      })),
    );
    expect((await row(organization)).overdueInvoices).toMatchObject([{ invoiceId, attempt: 3 }]);
    expect(await stage.purchased(organization)).toBe(4);

    const paid = await stage.reading(organization, { status: 'active' });
    await Promise.all(
      Array.from({ length: 50 }, () => applySubscription(stage.context, organization.id, paid)),
    );
    expect((await row(organization)).overdueInvoices).toEqual([]);
    expect((await kinds(organization)).slice(3)).toEqual(['payment_settled']);
    const [last] = readings.slice(-1);
    expect(last && (await applySubscription(stage.context, organization.id, last))).toBe('outdated');
    expect((await row(organization)).overdueInvoices).toEqual([]);
    expect((await stage.audit(organization)).map(({ action }) => action)).toEqual([
      'subscription.changed',
      'payment.overdue',
      'payment.overdue',
      'payment.overdue',
      'subscription.changed',
      'payment.settled',
    ]);
  });

  it('is told of the newest attempt alone where those before it were never read', async () => {
    const organization = await seedOrganization(stage.context);
    await read(organization, { status: 'past_due', overdue: [owed(3)] });
    expect(await stage.notices(organization)).toMatchObject([{ kind: 'payment_overdue', attempt: 3 }]);
  });

  it('of one invoice is not settled while another is owed', async () => {
    const organization = await seedOrganization(stage.context);
    const [first, second] = [owed(), owed()];
    await read(organization, { status: 'past_due', overdue: [first, second] });
    await read(organization, { status: 'past_due', overdue: [second] });
    expect(await kinds(organization)).toEqual(['payment_overdue', 'payment_overdue']);
    expect((await row(organization)).overdueInvoices).toMatchObject([{ invoiceId: second.invoiceId }]);
  });

  it('tells who is the Owner now', async () => {
    const organization = await seedOrganization(stage.context);
    const heir = await seedMember(stage.context, organization, { role: 'admin', name: 'Hal Heir' });
    const invoice = owed();
    await read(organization, { status: 'past_due', overdue: [invoice] });
    await transferOwnership(stage.context, organization.owner, {
      userId: heir.userId,
      confirmation: 'Harbour Support',
    });
    await read(organization, { status: 'past_due', overdue: [{ ...invoice, attempt: 2 }] });
    expect((await kinds(organization)).filter((kind) => kind === 'payment_overdue')).toHaveLength(1);
    expect(await stage.notices({ ...organization, owner: heir })).toContainEqual(
      expect.objectContaining({ kind: 'payment_overdue', attempt: 2 }),
    );
  });

  it('is told by the one message about the loss where Stripe gives up, with where to pay', async () => {
    const organization = await seedOrganization(stage.context);
    const invoice = owed(4, { nextAttemptAt: null });
    await read(organization, { status: 'unpaid', overdue: [invoice] });
    expect(await stage.notices(organization)).toEqual([
      { kind: 'subscription_resting', status: 'unpaid', paymentUrl: invoice.url },
    ]);
    await read(organization, { status: 'active', quantity: 5 });
    expect(await stage.notices(organization)).toContainEqual({ kind: 'subscription_back', seats: 5 });
    expect(await kinds(organization)).not.toContain('payment_settled');
  });

  it('is not told again where a hand tries in vain to pay it once the seats are gone', async () => {
    const organization = await seedOrganization(stage.context);
    const invoice = owed(4, { nextAttemptAt: null });
    await read(organization, { status: 'unpaid', overdue: [invoice] });
    await read(organization, { status: 'unpaid', overdue: [{ ...invoice, attempt: 5 }] });
    expect(await kinds(organization)).toEqual(['subscription_resting']);
    expect((await row(organization)).overdueInvoices).toMatchObject([{ attempt: 5 }]);
  });

  it('stays as it is where a reading did not ask for it', async () => {
    const organization = await seedOrganization(stage.context);
    const invoice = owed(2);
    await read(organization, { status: 'past_due', overdue: [invoice] });
    await read(organization, { status: 'active', overdue: null });
    await read(organization, { status: 'past_due', overdue: [invoice] });
    expect(await kinds(organization)).toEqual(['payment_overdue']);
    await read(organization, { status: 'active', overdue: [] });
    expect(await kinds(organization)).toEqual(['payment_overdue', 'payment_settled']);
  });

  it('is forgotten, not settled, with a subscription that has ended', async () => {
    const organization = await seedOrganization(stage.context);
    await read(organization, { status: 'past_due', overdue: [owed()] });
    await read(organization, { status: 'canceled', endsAt: stage.context.now() });
    expect(await kinds(organization)).toEqual(['payment_overdue', 'subscription_ended']);
    expect((await row(organization)).overdueInvoices).toEqual([]);
  });
});

describe('a subscription that somebody canceled', () => {
  it('is told with its last day, and told again when it is kept', async () => {
    const organization = await seedOrganization(stage.context);
    const at = later(20);
    for (let time = 0; time < 3; time++) await read(organization, { endsAt: at });
    expect((await row(organization)).endsAt).toEqual(at);
    for (let time = 0; time < 3; time++) await read(organization, { endsAt: null });
    expect(await stage.notices(organization)).toEqual([
      { kind: 'subscription_ending', at: at.toISOString() },
      { kind: 'subscription_kept' },
    ]);
    expect((await stage.audit(organization)).map(({ action }) => action)).toEqual([
      'subscription.ending',
      'subscription.kept',
    ]);
  });

  it('ends with the one message about its end', async () => {
    const organization = await seedOrganization(stage.context);
    await read(organization, { endsAt: later(20) });
    await read(organization, { status: 'canceled', endsAt: later(20) });
    expect(await kinds(organization)).toEqual(['subscription_ending', 'subscription_ended']);
  });

  it('is not told where the Owner is deleting the organization', async () => {
    const organization = await seedOrganization(stage.context);
    await stage.database.organizationDeletion.create({
      data: {
        organizationId: organization.id,
        teamId: organization.teamId,
        requestedBy: organization.owner.userId,
        requestedAt: stage.context.now(),
      },
    });
    await read(organization, { endsAt: later(20) });
    expect(await stage.notices(organization)).toEqual([]);
  });
});

it('the end of a subscription is not told where the organization is being deleted: nothing can be bought', async () => {
  const organization = await seedOrganization(stage.context);
  await requestDeletion(stage.context, organization.owner, { confirmation: 'Harbour Support' });
  await read(organization, { status: 'canceled', endsAt: stage.context.now() });
  expect(await kinds(organization)).toEqual([]);
  expect((await row(organization)).subscriptionStatus).toBe('canceled');
});

describe('a number that was changed at Stripe', () => {
  it('is told with both figures', async () => {
    const organization = await seedOrganization(stage.context, { seats: 3 });
    for (let time = 0; time < 3; time++) await read(organization, { quantity: 7 });
    expect(await stage.notices(organization)).toEqual([{ kind: 'seats_changed_at_stripe', from: 3, to: 7 }]);
  });

  it('is told by the message that names the difference where fewer are left than are used', async () => {
    const organization = await seedOrganization(stage.context, { seats: 3 });
    await seedMember(stage.context, organization);
    await seedMember(stage.context, organization);
    for (let time = 0; time < 3; time++) await read(organization, { quantity: 1 });
    expect(await stage.notices(organization)).toEqual([{ kind: 'seats_over_used', used: 3, purchased: 1 }]);
    expect(await stage.used(organization)).toBe(3);
  });

  it('is not told of a decrease that was refused: that message has said it', async () => {
    const organization = await seedOrganization(stage.context, { seats: 9 });
    const wish = await requestSeatChange(stage.context, organization.owner, { quantity: 5 });
    if (wish.kind !== 'recorded') throw new Error('There is no subscription.');
    await refuseSeatChange(stage.context, wish.seatChangeId, 'Stripe did not accept the change.');
    await read(organization, { quantity: 9 });
    expect(await stage.purchased(organization)).toBe(9);
    expect(await kinds(organization)).toEqual(['seats_refused']);
  });

  it('is not told of a decrease that was dropped because the organization is being deleted', async () => {
    const organization = await seedOrganization(stage.context, { seats: 6 });
    await requestSeatChange(stage.context, organization.owner, { quantity: 3 });
    await requestDeletion(stage.context, organization.owner, { confirmation: 'Harbour Support' });
    await read(organization, { quantity: 6 });
    expect((await row(organization)).seatsPurchased).toBe(6);
    expect(await kinds(organization)).toEqual([]);
  });

  it('gives no seat away while it cannot be told which item stands for them, and leaves wishes alone', async () => {
    const organization = await seedOrganization(stage.context, { seats: 3 });
    await requestSeatChange(stage.context, organization.owner, { quantity: 2 });
    await read(organization, { quantity: 0, seatsUnclear: true, seatPrice: null });
    expect(await stage.purchased(organization)).toBe(0);
    expect(await stage.changes(organization)).toMatchObject([{ status: 'requested' }]);
    expect(await stage.notices(organization)).toEqual([{ kind: 'seats_unclear' }]);
    await read(organization, { quantity: 3 });
    expect(await stage.purchased(organization)).toBe(2);
  });
});

describe('the price of a seat', () => {
  it('is kept as Stripe says, and a change of it is told once', async () => {
    const organization = await seedOrganization(stage.context, { seats: 3 });
    await read(organization, {});
    expect(await row(organization)).toMatchObject({ seatPrice: 599, currency: 'gbp' });
    for (let time = 0; time < 3; time++) await read(organization, { seatPrice: 700, currency: 'eur' });
    expect(await row(organization)).toMatchObject({ seatPrice: 700, currency: 'eur' });
    expect(await stage.notices(organization)).toEqual([
      { kind: 'seat_price_changed', price: 700, currency: 'eur' },
    ]);
  });

  it('stays the last known where Stripe’s is none a month', async () => {
    const organization = await seedOrganization(stage.context, { seats: 3 });
    await read(organization, { seatPrice: 700 });
    await read(organization, { seatPrice: null });
    expect((await row(organization)).seatPrice).toBe(700);
  });
});
