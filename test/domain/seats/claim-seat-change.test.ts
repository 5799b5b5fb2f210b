import { describe, expect, it } from 'vitest';
import { applySubscription } from '../../../src/domain/billing/apply-subscription.ts';
import type { SubscriptionReading } from '../../../src/domain/billing/subscription.ts';
import { requestDeletion } from '../../../src/domain/organizations/deletion/request-deletion.ts';
import { claimSeatChange } from '../../../src/domain/seats/claim-seat-change.ts';
import { turnAway } from '../../../src/domain/seats/hold-back.ts';
import { requestSeatChange } from '../../../src/domain/seats/request-seat-change.ts';
import { refuseSeatChange, renewAttempt } from '../../../src/domain/seats/sent-seat-change.ts';
import { type SeededOrganization, seedInvitation, seedOrganization } from '../../setup/organization.ts';
import { useSeatStage } from './stage.ts';

const stage = useSeatStage();

async function wish({ owner }: SeededOrganization, quantity: number): Promise<string> {
  const outcome = await requestSeatChange(stage.context, owner, { quantity });
  if (outcome.kind !== 'recorded') throw new Error('There is no subscription.');
  return outcome.seatChangeId;
}

/** What its job does: reads Stripe, applies what it said, and asks what to do. */
async function step(organization: SeededOrganization, id: string, said: Partial<SubscriptionReading>) {
  const reading = await stage.reading(organization, said);
  await applySubscription(stage.context, organization.id, reading);
  return claimSeatChange(stage.context, id, organization.id, reading);
}

describe('claiming a wish', () => {
  it('sends an increase from what Stripe has, and comes back the same for every job that asks', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const id = await wish(organization, 6);
    const reading = await stage.reading(organization, { quantity: 4 });
    await applySubscription(stage.context, organization.id, reading);
    const steps = await Promise.all(
      Array.from({ length: 20 }, () => claimSeatChange(stage.context, id, organization.id, reading)),
    );
    const change = { id, quantity: 6, attempt: 1, increase: true };
    expect(steps).toEqual(Array(20).fill({ kind: 'send', change: expect.objectContaining(change) }));
    expect(await stage.changes(organization)).toMatchObject([{ status: 'sent', fromQuantity: 4 }]);
  });

  it('goes by what Stripe has, not by what was purchased here when it was wanted', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const id = await wish(organization, 6);
    expect(await step(organization, id, { quantity: 9 })).toMatchObject({
      kind: 'send',
      change: { increase: false, quantity: 6 },
    });
    expect(await stage.purchased(organization)).toBe(6);
  });

  it('sends nothing where Stripe has that quantity already', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const id = await wish(organization, 6);
    expect(await step(organization, id, { quantity: 6 })).toEqual({ kind: 'none' });
    expect(await stage.changes(organization)).toMatchObject([{ status: 'applied' }]);
    expect(await stage.notices(organization)).toEqual([
      { kind: 'seats_applied', seats: 6, amountPence: null },
    ]);
  });

  it('prorates from within the current period when the wish is from the one before', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const id = await wish(organization, 6);
    const periodStartsAt = new Date(stage.context.now().getTime() + 3_600_000);
    expect(await step(organization, id, { quantity: 4, periodStartsAt })).toMatchObject({
      change: { prorationAt: periodStartsAt },
    });
  });

  it('asks for another reading where a newer one was applied', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const id = await wish(organization, 6);
    const old = await stage.reading(organization, { quantity: 4 });
    await applySubscription(
      stage.context,
      organization.id,
      await stage.reading(organization, { quantity: 5 }),
    );
    expect(await claimSeatChange(stage.context, id, organization.id, old)).toEqual({ kind: 'read_again' });
  });

  it('refuses a decrease that Stripe made room for too late, and asks for the true figure', async () => {
    const organization = await seedOrganization(stage.context, { seats: 6 });
    const id = await wish(organization, 2);
    // Somebody has more seats in use than are left, as after a change in Stripe's dashboard.
    for (let count = 0; count < 3; count++) await seedInvitation(stage.context, organization);
    expect(await step(organization, id, { quantity: 6 })).toEqual({ kind: 'none' });
    expect(await stage.changes(organization)).toMatchObject([{ status: 'refused' }]);
    expect(await stage.notices(organization)).toMatchObject([
      {
        kind: 'seats_refused',
        seats: 2,
        reason:
          'Not below the seats in use: 1 member and 3 pending invites. Remove members or revoke invites first.',
      },
    ]);
    expect(await stage.topics(organization)).toContain('subscription.read');
  });

  it('of another organization finds nothing', async () => {
    const [mine, other] = await Promise.all([
      seedOrganization(stage.context, { seats: 4 }),
      seedOrganization(stage.context, { seats: 4 }),
    ]);
    const id = await wish(mine, 6);
    expect(await step(other, id, {})).toEqual({ kind: 'none' });
    expect(await stage.changes(mine)).toMatchObject([{ status: 'requested' }]);
  });
});

describe('a wish behind another', () => {
  it('waits while the other is sent, and goes out when it is applied', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const first = await wish(organization, 6);
    await step(organization, first, { quantity: 4 });
    const second = await wish(organization, 8);
    expect(await step(organization, second, { quantity: 4 })).toEqual({ kind: 'none' });
    expect(await step(organization, second, { quantity: 6 })).toMatchObject({ kind: 'send' });
    expect((await stage.changes(organization)).map(({ status }) => status)).toEqual(['applied', 'sent']);
  });

  it('has the other withdrawn while that awaits its payment, without a word about it', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const first = await wish(organization, 6);
    await step(organization, first, { quantity: 4 });
    const pending = { quantity: 6, expiresAt: stage.context.now(), reason: null };
    const invoice = {
      id: 'in_held',
      status: 'open',
      amountDue: 640,
      amountPaid: 0,
      url: null,
      prorationAt: null,
    } as const;
    await applySubscription(
      stage.context,
      organization.id,
      await stage.reading(organization, { quantity: 4, pending, invoice }),
    );
    const second = await wish(organization, 5);
    const told = await stage.notices(organization);
    const next = await step(organization, second, { quantity: 4, pending, invoice });
    expect(next).toEqual({ kind: 'withdraw', invoiceId: 'in_held' });
    expect(await step(organization, second, { quantity: 4 })).toMatchObject({ kind: 'send' });
    expect((await stage.changes(organization)).map(({ status }) => status)).toEqual(['superseded', 'sent']);
    expect(await stage.notices(organization)).toEqual(told);
  });

  it('takes its place when Stripe was too busy for the other', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const first = await wish(organization, 6);
    await step(organization, first, { quantity: 4 });
    expect(await turnAway(stage.context, first, stage.context.now())).toBe(false);
    const second = await wish(organization, 8);
    expect(await turnAway(stage.context, first, stage.context.now())).toBe(true);
    expect(await turnAway(stage.context, first, stage.context.now())).toBe(false);
    expect(await step(organization, second, { quantity: 4 })).toMatchObject({ kind: 'send' });
  });
});

describe('a change that Stripe is too busy for', () => {
  it('is dropped where the organization is being deleted meanwhile, and not charged when its time has come', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const id = await wish(organization, 6);
    await step(organization, id, { quantity: 4 });
    await requestDeletion(stage.context, organization.owner, { confirmation: 'Harbour Support' });
    await turnAway(stage.context, id, new Date(stage.context.now().getTime() + 30_000));
    stage.context.advance({ seconds: 31 });
    expect(await step(organization, id, { quantity: 4 })).toEqual({ kind: 'none' });
    expect(await stage.changes(organization)).toMatchObject([{ status: 'superseded' }]);
    expect(await stage.notices(organization)).toEqual([]);
  });
});

describe('another attempt', () => {
  it('in the next period prorates from within that one, under a key of its own, once for all jobs', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const id = await wish(organization, 6);
    await step(organization, id, { quantity: 4 });
    const periodStartsAt = new Date(stage.context.now().getTime() + 3_600_000);
    const reading = await stage.reading(organization, { quantity: 4, periodStartsAt });
    await applySubscription(stage.context, organization.id, reading);
    const steps = await Promise.all(
      Array.from({ length: 10 }, () => claimSeatChange(stage.context, id, organization.id, reading)),
    );
    const change = expect.objectContaining({ attempt: 2, prorationAt: periodStartsAt });
    expect(steps).toEqual(Array(10).fill({ kind: 'send', change }));
  });

  it('is counted once, however many jobs saw the failure of the one before', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const id = await wish(organization, 6);
    await step(organization, id, { quantity: 4 });
    await Promise.all(Array.from({ length: 10 }, () => renewAttempt(stage.context, id, 1)));
    expect(await stage.changes(organization)).toMatchObject([{ attempt: 2 }]);
  });
});

describe('a refusal', () => {
  it('is told once with its reason, and has the true figure read', async () => {
    const organization = await seedOrganization(stage.context, { seats: 6 });
    const id = await wish(organization, 3);
    await step(organization, id, { quantity: 6 });
    await Promise.all(
      Array.from({ length: 10 }, () =>
        refuseSeatChange(stage.context, id, 'There is no card on file at Stripe.'),
      ),
    );
    expect(await stage.notices(organization)).toEqual([
      {
        kind: 'seats_refused',
        seats: 3,
        reason: 'There is no card on file at Stripe.',
        paymentUrl: null,
      },
    ]);
    expect((await stage.topics(organization)).filter((topic) => topic === 'subscription.read')).toHaveLength(
      1,
    );
    await applySubscription(
      stage.context,
      organization.id,
      await stage.reading(organization, { quantity: 6 }),
    );
    expect(await stage.purchased(organization)).toBe(6);
  });
});
