import { describe, expect, it } from 'vitest';
import { readOverview } from '../../../src/domain/organizations/read-overview.ts';
import { readSeats } from '../../../src/domain/seats/read-seats.ts';
import { requestSeatChange } from '../../../src/domain/seats/request-seat-change.ts';
import { seedInvitation, seedMember, seedOrganization, seedVisitor } from '../../setup/organization.ts';
import { refusal } from '../invitations/stage.ts';
import { useSeatStage } from './stage.ts';

const stage = useSeatStage();

describe('reading the seats', () => {
  it('gives the three figures, counted in whole pence', async () => {
    const organization = await seedOrganization(stage.context, { seats: 3 });
    await seedMember(stage.context, organization);
    await seedInvitation(stage.context, organization);
    await seedInvitation(stage.context, organization, { days: -1 });
    expect(await readSeats(stage.context, organization.owner)).toMatchObject({
      purchased: 3,
      used: 3,
      members: 2,
      pending: 1,
      monthlyCost: 1797,
      subscribed: true,
      ownerUserId: organization.owner.userId,
      mayChange: true,
      open: [],
    });
  });

  it('shows the Owner alone where to pay for a subscription that rests', async () => {
    const organization = await seedOrganization(stage.context, { seats: 3 });
    const agent = await seedMember(stage.context, organization);
    const { id } = organization;
    const owed = { attempt: 4, amountDue: 1797, url: 'https://pay.example/2' };
    await stage.database.organization.update({ where: { id }, data: { subscriptionStatus: 'unpaid' } });
    await stage.database.overdueInvoice.create({
      data: { invoiceId: `in_${id}`, organizationId: id, ...owed },
    });
    const seen = { resting: true, subscribed: false };
    expect(await readSeats(stage.context, organization.owner)).toMatchObject({
      ...seen,
      overdueUrl: owed.url,
    });
    expect(await readSeats(stage.context, agent)).toMatchObject({ ...seen, overdueUrl: null });
    const founded = await seedOrganization(stage.context, { seats: 0 });
    expect(await readSeats(stage.context, founded.owner)).toMatchObject({ resting: false });
  });

  it('shows open wishes to the Owner alone, the newest first', async () => {
    const organization = await seedOrganization(stage.context, { seats: 3 });
    const agent = await seedMember(stage.context, organization);
    await requestSeatChange(stage.context, organization.owner, { quantity: 5 });
    await stage.database.seatChange.updateMany({
      where: { organizationId: organization.id },
      data: {
        status: 'awaiting_payment',
        amountDue: 1198,
        paymentUrl: 'https://pay.example/1',
        sentAt: stage.context.now(),
      },
    });
    stage.context.advance({ seconds: 1 });
    await requestSeatChange(stage.context, organization.owner, { quantity: 4 });
    expect((await readSeats(stage.context, organization.owner)).open).toEqual([
      { to: 4, status: 'requested', amountPence: null, paymentUrl: null, waits: null },
      {
        to: 5,
        status: 'awaiting_payment',
        amountPence: 1198,
        paymentUrl: 'https://pay.example/1',
        waits: null,
      },
    ]);
    expect(await readSeats(stage.context, agent)).toMatchObject({ open: [], mayChange: false, purchased: 3 });
    const { seats } = await readOverview(stage.context, organization.owner);
    expect(seats.wanted).toEqual({ seats: 4, awaitingPayment: false, waits: null });
  });

  it('costs what Stripe says, in its currency, and what a first purchase costs before there is a subscription', async () => {
    const organization = await seedOrganization(stage.context, { seats: 3 });
    const data = { seatPrice: 700, currency: 'eur' };
    await stage.database.organization.update({ where: { id: organization.id }, data });
    const cost = { monthlyCost: 2100, currency: 'eur' };
    expect(await readSeats(stage.context, organization.owner)).toMatchObject({ ...cost, seatPrice: 700 });
    expect((await readOverview(stage.context, organization.owner)).seats).toMatchObject(cost);
    const ended = { subscriptionStatus: 'canceled' as const, seatsPurchased: 0 };
    await stage.database.organization.update({ where: { id: organization.id }, data: ended });
    const first = { monthlyCost: 0, currency: 'gbp', seatPrice: 599 };
    expect(await readSeats(stage.context, organization.owner)).toMatchObject(first);
  });

  it('is of one organization alone, and for its members', async () => {
    const [mine, other] = await Promise.all([
      seedOrganization(stage.context, { seats: 3 }),
      seedOrganization(stage.context, { seats: 7 }),
    ]);
    await requestSeatChange(stage.context, other.owner, { quantity: 9 });
    expect(await readSeats(stage.context, mine.owner)).toMatchObject({ purchased: 3, used: 1, open: [] });
    const visitor = await seedVisitor(stage.context, { teamId: mine.teamId, organizationId: mine.id });
    expect((await refusal(readSeats(stage.context, visitor))).code).toBe('not_a_member');
  });
});
