import { describe, expect, it } from 'vitest';
import { applySubscription } from '../../../src/domain/billing/apply-subscription.ts';
import type { SubscriptionReading } from '../../../src/domain/billing/subscription.ts';
import { claimSeatChange } from '../../../src/domain/seats/claim-seat-change.ts';
import { tellDelay, turnAway } from '../../../src/domain/seats/hold-back.ts';
import { requestSeatChange } from '../../../src/domain/seats/request-seat-change.ts';
import { type SeededOrganization, seedOrganization } from '../../setup/organization.ts';
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

describe('within the limits of Stripe', () => {
  /** What was sent `secondsAgo`, and is applied by now. */
  async function sentBefore(organization: SeededOrganization, count: number, secondsAgo = 1) {
    const now = stage.context.now();
    const at = new Date(now.getTime() - 1000 * secondsAgo);
    await stage.database.seatChange.createMany({
      data: Array.from({ length: count }, () => ({
        id: stage.context.newId(),
        organizationId: organization.id,
        fromQuantity: 1,
        toQuantity: 2,
        status: 'applied' as const,
        requestedBy: organization.owner.userId,
        prorationAt: at,
        createdAt: at,
        sentAt: at,
        settledAt: at,
      })),
    });
  }
  const newest = async (organization: SeededOrganization) => (await stage.changes(organization)).at(-1);
  const jobs = async (id: string) =>
    stage.database.outboxRow.findMany({
      where: { topic: 'seats.carry', payload: { path: ['seatChangeId'], equals: id } },
      orderBy: { id: 'asc' },
    });

  it('foresees the wait when it is wanted, has the job come then, and tells nobody twice', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    await sentBefore(organization, 8);
    const until = new Date(stage.context.now().getTime() + 60_000);
    const outcome = await requestSeatChange(stage.context, organization.owner, { quantity: 6 });
    expect(outcome).toMatchObject({ kind: 'recorded', sendAfter: until });
    const id = outcome.kind === 'recorded' ? outcome.seatChangeId : '';
    expect(await jobs(id)).toMatchObject([{ availableAt: until }]);
    expect(await step(organization, id, { quantity: 4 })).toEqual({ kind: 'wait', until });
    expect(await stage.notices(organization)).toEqual([]);
    stage.context.advance({ seconds: 60 });
    expect(await step(organization, id, { quantity: 4 })).toMatchObject({ kind: 'send' });
    expect(await newest(organization)).toMatchObject({ status: 'sent', sendAfter: null });
  });

  it('tells the Owner once of a wait that could not be foreseen, and leaves one job behind for any number', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const id = await wish(organization, 6);
    await sentBefore(organization, 18, 3_600);
    const until = new Date(stage.context.now().getTime() + 1000 * (23 * 3_600 + 1));
    const reading = await stage.reading(organization, { quantity: 4 });
    await applySubscription(stage.context, organization.id, reading);
    const steps = await Promise.all(
      Array.from({ length: 10 }, () => claimSeatChange(stage.context, id, organization.id, reading)),
    );
    expect(steps).toEqual(Array(10).fill({ kind: 'wait', until }));
    expect(await stage.notices(organization)).toEqual([
      { kind: 'seats_waiting', seats: 6, until: until.toISOString(), minutes: 23 * 60 + 1 },
    ]);
    expect((await jobs(id)).slice(1)).toMatchObject([{ availableAt: until, key: `seats:${id}` }]);
  });

  it('lets a newer wish inherit the wait, and a decrease go before it', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    await sentBefore(organization, 18, 3_600);
    await wish(organization, 6);
    const first = await newest(organization);
    stage.context.advance({ seconds: 600 });
    await wish(organization, 7);
    expect(await newest(organization)).toMatchObject({ toQuantity: 7, sendAfter: first?.sendAfter });
    const lower = await wish(organization, 2);
    expect(await newest(organization)).toMatchObject({ toQuantity: 2, sendAfter: null });
    expect(await step(organization, lower, { quantity: 4 })).toMatchObject({ kind: 'send' });
  });

  it('withdraws what awaits its payment before the newer wish waits', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const first = await wish(organization, 6);
    await step(organization, first, { quantity: 4 });
    await sentBefore(organization, 18, 3_600);
    const pending = { quantity: 6, expiresAt: stage.context.now(), reason: null };
    await applySubscription(
      stage.context,
      organization.id,
      await stage.reading(organization, { quantity: 4, pending }),
    );
    const second = await wish(organization, 5);
    expect(await step(organization, second, { quantity: 4, pending })).toMatchObject({ kind: 'withdraw' });
    expect(await step(organization, second, { quantity: 4 })).toMatchObject({ kind: 'wait' });
    expect((await stage.changes(organization)).filter(({ settledAt }) => settledAt === null)).toHaveLength(1);
  });
});

describe('a change that Stripe was too busy for', () => {
  const inAnHour = () => new Date(stage.context.now().getTime() + 3_600_000);

  it('is told of once, and sent again under the same key when the hour is over', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const id = await wish(organization, 6);
    await step(organization, id, { quantity: 4 });
    const until = inAnHour();
    for (let times = 0; times < 3; times++) expect(await turnAway(stage.context, id, until)).toBe(false);
    expect(await stage.notices(organization)).toEqual([
      { kind: 'seats_waiting', seats: 6, until: until.toISOString(), minutes: 60 },
    ]);
    expect(await step(organization, id, { quantity: 4 })).toEqual({ kind: 'wait', until });
    stage.context.advance({ seconds: 3_600 });
    expect(await step(organization, id, { quantity: 4 })).toMatchObject({
      kind: 'send',
      change: { id, attempt: 1 },
    });
  });

  it('makes way for a wish that comes while it waits, which waits as long as Stripe has asked', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const first = await wish(organization, 6);
    await step(organization, first, { quantity: 4 });
    const until = inAnHour();
    await turnAway(stage.context, first, until);
    const second = await wish(organization, 8);
    expect(await step(organization, second, { quantity: 4 })).toEqual({ kind: 'wait', until });
    const third = await wish(organization, 9);
    stage.context.advance({ seconds: 3_600 });
    expect(await step(organization, first, { quantity: 4 })).toEqual({ kind: 'none' });
    expect(await step(organization, second, { quantity: 4 })).toEqual({ kind: 'none' });
    expect(await step(organization, third, { quantity: 4 })).toMatchObject({ kind: 'send' });
    expect((await stage.changes(organization)).map(({ status }) => status)).toEqual([
      'superseded',
      'superseded',
      'sent',
    ]);
    // Of the others they read in the answer to their wish.
    expect(await stage.notices(organization)).toHaveLength(1);
  });

  it('keeps a newer wish behind it while it is sent again', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const first = await wish(organization, 6);
    await step(organization, first, { quantity: 4 });
    await turnAway(stage.context, first, inAnHour());
    stage.context.advance({ seconds: 3_600 });
    await step(organization, first, { quantity: 4 });
    const second = await wish(organization, 8);
    expect(await step(organization, second, { quantity: 4 })).toEqual({ kind: 'none' });
    expect((await stage.changes(organization)).map(({ status }) => status)).toEqual(['sent', 'requested']);
  });

  it('is not worth a message for half a minute', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const id = await wish(organization, 6);
    await step(organization, id, { quantity: 4 });
    await turnAway(stage.context, id, new Date(stage.context.now().getTime() + 30_000));
    expect(await stage.notices(organization)).toEqual([]);
  });
});

describe('a delay', () => {
  it('is told once of an open change, and not of one that is settled', async () => {
    const organization = await seedOrganization(stage.context, { seats: 4 });
    const id = await wish(organization, 6);
    await step(organization, id, { quantity: 4 });
    await Promise.all(Array.from({ length: 5 }, () => tellDelay(stage.context, id)));
    expect(await stage.notices(organization)).toEqual([{ kind: 'seats_delayed', seats: 6 }]);
    await step(organization, id, { quantity: 6 });
    const next = await wish(organization, 7);
    await step(organization, next, { quantity: 7 });
    await tellDelay(stage.context, next);
    const kinds = (await stage.notices(organization)).map(({ kind }) => kind);
    expect(kinds).toEqual(['seats_delayed', 'seats_applied', 'seats_applied']);
  });
});
