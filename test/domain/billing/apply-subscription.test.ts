import { describe, expect, it } from 'vitest';
import { applySubscription } from '../../../src/domain/billing/apply-subscription.ts';
import { claimSeatChange } from '../../../src/domain/seats/claim-seat-change.ts';
import { requestSeatChange } from '../../../src/domain/seats/request-seat-change.ts';
import { type SeededOrganization, seedMember, seedOrganization } from '../../setup/organization.ts';
import { useSeatStage } from '../seats/stage.ts';

const stage = useSeatStage();

const billing = ({ id }: SeededOrganization) =>
  stage.database.organization.findUniqueOrThrow({ where: { id } });

/** A wish that was claimed by its job and is with Stripe. */
async function sentWish(organization: SeededOrganization, quantity: number): Promise<string> {
  const outcome = await requestSeatChange(stage.context, organization.owner, { quantity });
  if (outcome.kind !== 'recorded') throw new Error('There is no subscription.');
  const reading = await stage.reading(organization, { quantity: outcome.from });
  await applySubscription(stage.context, organization.id, reading);
  const step = await claimSeatChange(stage.context, outcome.seatChangeId, organization.id, reading);
  expect(step.kind).toBe('send');
  return outcome.seatChangeId;
}

describe('a first subscription', () => {
  it('sets the seats, and tells the Owner once however often it is read', async () => {
    const organization = await seedOrganization(stage.context, { seats: 0 });
    const reading = await stage.reading(organization, { quantity: 3 });
    await Promise.all(
      Array.from({ length: 50 }, () => applySubscription(stage.context, organization.id, reading)),
    );
    expect(await billing(organization)).toMatchObject({
      seatsPurchased: 3,
      subscriptionId: reading.subscriptionId,
      stripeCustomerId: reading.customerId,
      subscriptionStatus: 'active',
    });
    expect(await stage.notices(organization)).toEqual([{ kind: 'subscription_started', seats: 3 }]);
    expect(await stage.audit(organization)).toEqual([
      { action: 'subscription.changed', by: 'Stripe', before: { status: null }, after: { status: 'active' } },
      { action: 'seats.changed', by: 'Stripe', before: { seats: 0 }, after: { seats: 3 } },
    ]);
    expect((await stage.topics(organization)).filter((topic) => topic === 'home.refresh')).toHaveLength(1);
  });

  it('has what customers wrote meanwhile shown', async () => {
    const organization = await seedOrganization(stage.context, { seats: 0 });
    await applySubscription(
      stage.context,
      organization.id,
      await stage.reading(organization, { quantity: 3 }),
    );
    const released = await stage.database.outboxRow.findMany({ where: { topic: 'tickets.release' } });
    expect(released.map(({ payload }) => payload)).toContainEqual({ organizationId: organization.id });
  });

  it('gives no seats while it is not paid', async () => {
    const organization = await seedOrganization(stage.context, { seats: 0 });
    const reading = await stage.reading(organization, { quantity: 3, status: 'incomplete' });
    await applySubscription(stage.context, organization.id, reading);
    expect(await billing(organization)).toMatchObject({
      seatsPurchased: 0,
      subscriptionStatus: 'incomplete',
    });
    expect(await stage.notices(organization)).toEqual([]);
  });
});

describe('the customer', () => {
  it('that took the place of a deleted one stays, though the old subscription is read again', async () => {
    const organization = await seedOrganization(stage.context);
    const old = await stage.reading(organization, { status: 'canceled' });
    await applySubscription(stage.context, organization.id, old);
    await stage.database.organization.update({
      where: { id: organization.id },
      data: { stripeCustomerId: 'cus_made_anew' },
    });
    const again = await stage.reading(organization, { status: 'canceled', customerId: old.customerId });
    expect(await applySubscription(stage.context, organization.id, again)).toBe('applied');
    expect(await billing(organization)).toMatchObject({ stripeCustomerId: 'cus_made_anew' });
    const bought = { subscriptionId: 'sub_bought', customerId: 'cus_of_it', status: 'active' } as const;
    await applySubscription(stage.context, organization.id, await stage.reading(organization, bought));
    expect(await billing(organization)).toMatchObject({ stripeCustomerId: 'cus_of_it' });
  });
});

describe('readings', () => {
  it('end at the newest, in whatever order they come', async () => {
    for (let round = 0; round < 5; round++) {
      const organization = await seedOrganization(stage.context, { seats: 2 });
      const readings = [];
      for (let quantity = 3; quantity <= 22; quantity++) {
        readings.push(await stage.reading(organization, { quantity }));
      }
      const shuffled = readings.toSorted(() => Math.random() - 0.5);
      await Promise.all(
        shuffled.map((reading) => applySubscription(stage.context, organization.id, reading)),
      );
      expect(await stage.purchased(organization)).toBe(22);
    }
  });

  it('change and tell nothing where nothing changed', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const reading = await stage.reading(organization);
    expect(await applySubscription(stage.context, organization.id, reading)).toBe('applied');
    expect(await stage.audit(organization)).toEqual([]);
    expect(await stage.topics(organization)).toEqual([]);
  });

  it.each(['trialing', 'past_due', 'active'] as const)('leave the seats under %s', async (status) => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    await applySubscription(stage.context, organization.id, await stage.reading(organization, { status }));
    expect(await stage.purchased(organization)).toBe(4);
    expect(await stage.notices(organization)).toEqual([]);
  });

  it.each(['incomplete', 'incomplete_expired', 'canceled'] as const)(
    'take the seats away under %s, remove nobody, and tell the Owner once',
    async (status) => {
      const organization = await seedOrganization(stage.context, { seats: 4 });
      await seedMember(stage.context, organization);
      for (let time = 0; time < 2; time++) {
        const reading = await stage.reading(organization, { status, quantity: 4 });
        await applySubscription(stage.context, organization.id, reading);
      }
      expect(await billing(organization)).toMatchObject({ seatsPurchased: 0, subscriptionStatus: status });
      expect(await stage.used(organization)).toBe(2);
      expect(await stage.notices(organization)).toEqual([{ kind: 'subscription_ended' }]);
    },
  );

  it.each(['unpaid', 'paused', null] as const)(
    'let the seats rest under %s, and tell the Owner once, with where to pay',
    async (status) => {
      const organization = await seedOrganization(stage.context, { seats: 4 });
      const invoice = { id: 'in_1', amountDue: 2396, amountPaid: 0, prorationAt: null };
      const url = 'https://invoice.stripe.example/in_1';
      for (let time = 0; time < 2; time++) {
        const reading = await stage.reading(organization, {
          status,
          quantity: 4,
          invoice: { ...invoice, status: 'open', url },
        });
        await applySubscription(stage.context, organization.id, reading);
      }
      expect(await stage.purchased(organization)).toBe(0);
      expect(await stage.notices(organization)).toEqual([
        { kind: 'subscription_resting', status, paymentUrl: url },
      ]);
      const another = await seedOrganization(stage.context, { seats: 4 });
      const paid = await stage.reading(another, { status, invoice: { ...invoice, status: 'paid', url } });
      await applySubscription(stage.context, another.id, paid);
      expect(await stage.notices(another)).toMatchObject([{ paymentUrl: null }]);
    },
  );

  it('bring the seats back with the subscription', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const read = async (status: 'paused' | 'active') =>
      applySubscription(
        stage.context,
        organization.id,
        await stage.reading(organization, { status, quantity: 4 }),
      );
    await read('paused');
    await read('active');
    expect(await stage.purchased(organization)).toBe(4);
    expect((await stage.notices(organization)).map(({ kind }) => kind)).toEqual([
      'subscription_resting',
      'subscription_back',
    ]);
  });
});

describe('another subscription', () => {
  it('takes the place of one that has ended, though it was read before that end', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const next = await stage.reading(organization, { subscriptionId: 'sub_next_a', quantity: 7 });
    const end = await stage.reading(organization, { status: 'canceled' });
    await applySubscription(stage.context, organization.id, end);
    expect(await applySubscription(stage.context, organization.id, next)).toBe('applied');
    expect(await billing(organization)).toMatchObject({ subscriptionId: 'sub_next_a', seatsPurchased: 7 });
  });

  it('says nothing by ending late', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const late = await stage.reading(organization, { subscriptionId: 'sub_old_b', status: 'canceled' });
    expect(await applySubscription(stage.context, organization.id, late)).toBe('of_the_past');
    expect(await stage.purchased(organization)).toBe(4);
  });

  it('does not replace one that is paid for', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const second = await stage.reading(organization, { subscriptionId: 'sub_second_c', quantity: 9 });
    expect(await applySubscription(stage.context, organization.id, second)).toBe('second_subscription');
    expect(await stage.purchased(organization)).toBe(4);
  });
});

describe('a wish that is with Stripe', () => {
  it('is applied when the quantity is reached, with what was charged for it alone', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const id = await sentWish(organization, 6);
    const { prorationAt } = await stage.database.seatChange.findUniqueOrThrow({ where: { id } });
    const invoice = { id: 'in_1', status: 'paid', amountDue: 640, amountPaid: 640, url: null } as const;
    const reading = await stage.reading(organization, { quantity: 6, invoice: { ...invoice, prorationAt } });
    await Promise.all(
      Array.from({ length: 20 }, () => applySubscription(stage.context, organization.id, reading)),
    );
    expect(await stage.changes(organization)).toMatchObject([{ status: 'applied', amountDue: 640 }]);
    expect(await stage.purchased(organization)).toBe(6);
    expect(await stage.notices(organization)).toEqual([
      { kind: 'seats_applied', seats: 6, amountPence: 640 },
    ]);
  });

  it('is told without an amount where the newest invoice is another one', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    await sentWish(organization, 6);
    const invoice = { id: 'in_2', status: 'paid', amountDue: 3594, amountPaid: 3594, url: null } as const;
    const reading = await stage.reading(organization, {
      quantity: 6,
      invoice: { ...invoice, prorationAt: null },
    });
    await applySubscription(stage.context, organization.id, reading);
    expect(await stage.notices(organization)).toEqual([
      { kind: 'seats_applied', seats: 6, amountPence: null },
    ]);
  });

  it('stays sent under a reading from before Stripe did it', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    await sentWish(organization, 6);
    await applySubscription(
      stage.context,
      organization.id,
      await stage.reading(organization, { quantity: 4 }),
    );
    expect(await stage.changes(organization)).toMatchObject([{ status: 'sent' }]);
  });

  it('awaits its payment while Stripe holds it back, told once with the way to pay and the reason', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    await sentWish(organization, 6);
    const pending = { quantity: 6, expiresAt: stage.context.now(), reason: 'Your card was declined.' };
    const url = 'https://pay.example/in_3';
    const invoice = {
      id: 'in_3',
      status: 'open',
      amountDue: 640,
      amountPaid: 0,
      url,
      prorationAt: null,
    } as const;
    for (let time = 0; time < 3; time++) {
      const reading = await stage.reading(organization, { quantity: 4, pending, invoice });
      await applySubscription(stage.context, organization.id, reading);
    }
    expect(await stage.purchased(organization)).toBe(4);
    expect(await stage.changes(organization)).toMatchObject([
      { status: 'awaiting_payment', amountDue: 640, paymentUrl: url, invoiceId: 'in_3' },
    ]);
    expect(await stage.notices(organization)).toEqual([
      {
        kind: 'seats_awaiting_payment',
        seats: 6,
        amountPence: 640,
        paymentUrl: url,
        reason: 'Your card was declined.',
      },
    ]);
    // An older reading, from before Stripe held it back, must not make it look expired.
    const old = await stage.reading(organization, { quantity: 4, readAt: new Date(0) });
    expect(await applySubscription(stage.context, organization.id, old)).toBe('outdated');
    await applySubscription(
      stage.context,
      organization.id,
      await stage.reading(organization, { quantity: 4 }),
    );
    expect(await stage.changes(organization)).toMatchObject([{ status: 'expired' }]);
    expect((await stage.notices(organization)).at(-1)).toMatchObject({ kind: 'seats_refused', seats: 6 });
    expect(await stage.purchased(organization)).toBe(4);
  });

  it('is dropped with the subscription, told by the one message about that', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    await sentWish(organization, 6);
    await requestSeatChange(stage.context, organization.owner, { quantity: 8 });
    const reading = await stage.reading(organization, { status: 'canceled' });
    await applySubscription(stage.context, organization.id, reading);
    expect((await stage.changes(organization)).map(({ status }) => status)).toEqual(['refused', 'refused']);
    expect(await stage.notices(organization)).toEqual([{ kind: 'subscription_ended' }]);
  });

  it('lets the wish that waits behind it go out when it is settled', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    await sentWish(organization, 6);
    await requestSeatChange(stage.context, organization.owner, { quantity: 8 });
    const carries = async () =>
      (await stage.topics(organization)).filter((topic) => topic === 'seats.carry').length;
    const before = await carries();
    await applySubscription(
      stage.context,
      organization.id,
      await stage.reading(organization, { quantity: 6 }),
    );
    expect(await carries()).toBe(before + 1);
    expect((await stage.changes(organization)).map(({ status }) => status)).toEqual(['applied', 'requested']);
  });

  it('lets the wish that waits behind it take its place when it has to await its payment', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    await sentWish(organization, 6);
    await requestSeatChange(stage.context, organization.owner, { quantity: 8 });
    const carries = async () =>
      (await stage.topics(organization)).filter((topic) => topic === 'seats.carry').length;
    const before = await carries();
    const pending = { quantity: 6, expiresAt: stage.context.now(), reason: null };
    for (let time = 0; time < 2; time++) {
      const reading = await stage.reading(organization, { quantity: 4, pending });
      await applySubscription(stage.context, organization.id, reading);
    }
    expect(await carries()).toBe(before + 1);
    // What is about to be withdrawn is nobody's to pay.
    expect(await stage.notices(organization)).toEqual([]);
  });
});

describe('a decrease that Stripe has not made yet', () => {
  it('keeps the seats given up out of reach under every reading', async () => {
    const organization = await seedOrganization(stage.context, { seats: 9 });
    await requestSeatChange(stage.context, organization.owner, { quantity: 5 });
    await applySubscription(
      stage.context,
      organization.id,
      await stage.reading(organization, { quantity: 9 }),
    );
    expect(await stage.purchased(organization)).toBe(5);
    await applySubscription(
      stage.context,
      organization.id,
      await stage.reading(organization, { quantity: 3 }),
    );
    expect(await stage.purchased(organization)).toBe(3);
  });

  it('keeps them so while a newer wish for more waits behind it', async () => {
    const organization = await seedOrganization(stage.context, { seats: 9 });
    await sentWish(organization, 5);
    await requestSeatChange(stage.context, organization.owner, { quantity: 8 });
    await applySubscription(
      stage.context,
      organization.id,
      await stage.reading(organization, { quantity: 9 }),
    );
    expect(await stage.purchased(organization)).toBe(5);
  });
});
