import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { payOnPage } from '../sandbox/stripe/shopper.ts';
import { START } from '../setup/context.ts';
import { queueBackends } from '../setup/redis.ts';
import { type BillingStage, type SubscribedOrganization, startBilling } from './seats-stage.ts';

let stage: BillingStage;
/** Every call that changes a subscription's quantity. */
const updates = () => stage.sandbox.requests.matching('POST', '/v1/subscriptions/*');

describe.each(await queueBackends())('on $name', (backend) => {
  beforeEach(async () => {
    stage = await startBilling({ backend });
  });
  afterEach(() => stage.stop());

  it('buys the first seats in Checkout', async () => {
    const organization = await stage.subscribed(3);
    expect(await stage.purchased(organization)).toBe(3);
    expect(organization.taken()).toBe(1797);
  });

  it('raises the seats when the prorated amount is paid, and tells the amount', async () => {
    const organization = await stage.subscribed(3);
    stage.advance({ days: 15 });
    await stage.want(organization, 5);
    await stage.settle();
    expect(await stage.purchased(organization)).toBe(5);
    expect(organization.quantity()).toBe(5);
    expect(organization.taken()).toBe(1797 + 599);
    expect(await stage.notices(organization)).toEqual([
      { kind: 'seats_applied', seats: 5, amountPence: 599 },
    ]);
    expect(await stage.changes(organization)).toMatchObject([{ status: 'applied', amountDue: 599 }]);
  });

  it('lowers the seats at Stripe for a credit, and tells it', async () => {
    const organization = await stage.subscribed(5);
    stage.advance({ days: 15 });
    await stage.want(organization, 2);
    expect(await stage.purchased(organization)).toBe(2);
    await stage.settle();
    expect(organization.quantity()).toBe(2);
    expect(organization.taken()).toBe(5 * 599);
    expect(await stage.purchased(organization)).toBe(2);
    expect(await stage.notices(organization)).toMatchObject([
      { kind: 'seats_applied', seats: 2, amountPence: -899 },
    ]);
  });

  it('gives no seat to a declined card, tells once where to pay, and gives them when it is paid', async () => {
    const organization = await stage.subscribed(3);
    stage.sandbox.cards.decline(organization.customerId);
    await stage.want(organization, 5);
    await stage.settle();
    expect(await stage.purchased(organization)).toBe(3);
    const [notice] = await stage.notices(organization);
    expect(notice).toMatchObject({ kind: 'seats_awaiting_payment', seats: 5, amountPence: 1198 });
    if (notice?.kind !== 'seats_awaiting_payment') throw new Error('The Owner was not told.');
    expect(notice.reason).toContain('declined');
    await payOnPage(String(notice.paymentUrl), { card: '4000 0000 0000 0002' });
    await stage.settle();
    expect(await stage.notices(organization)).toHaveLength(1);
    await payOnPage(String(notice.paymentUrl));
    await stage.settle();
    expect(await stage.purchased(organization)).toBe(5);
    expect((await stage.notices(organization)).slice(1)).toEqual([
      { kind: 'seats_applied', seats: 5, amountPence: 1198 },
    ]);
  });

  it('waits for 3-D Secure, and gives the seats when the bank is satisfied', async () => {
    const organization = await stage.subscribed(3);
    stage.sandbox.cards.requireAuthentication(organization.customerId);
    await stage.want(organization, 4);
    await stage.settle();
    expect(await stage.purchased(organization)).toBe(3);
    expect(await stage.changes(organization)).toMatchObject([{ status: 'awaiting_payment' }]);
    stage.sandbox.dashboard.completeAuthentication(organization.subscriptionId);
    await stage.settle();
    expect(await stage.purchased(organization)).toBe(4);
    expect(await stage.changes(organization)).toMatchObject([{ status: 'applied' }]);
  });

  it('lets a change expire that is not paid in time, and tells it', async () => {
    const organization = await stage.subscribed(3);
    stage.sandbox.cards.decline(organization.customerId);
    await stage.want(organization, 5);
    await stage.settle();
    stage.advance({ days: 1 });
    await stage.settle();
    expect(await stage.changes(organization)).toMatchObject([{ status: 'expired' }]);
    expect(await stage.purchased(organization)).toBe(3);
    expect((await stage.notices(organization)).map(({ kind }) => kind)).toEqual([
      'seats_awaiting_payment',
      'seats_refused',
    ]);
    expect(organization.taken()).toBe(1797);
  });

  it('lets it expire though every webhook is lost', async () => {
    const organization = await stage.subscribed(3);
    stage.sandbox.webhooks.drop();
    stage.sandbox.cards.decline(organization.customerId);
    await stage.want(organization, 5);
    await stage.settle();
    stage.advance({ seconds: 24 * 3600 });
    await stage.settle();
    expect(await stage.changes(organization)).toMatchObject([{ status: 'expired' }]);
    expect((await stage.notices(organization)).map(({ kind }) => kind)).toEqual([
      'seats_awaiting_payment',
      'seats_refused',
    ]);
  });

  it('replaces a change that awaits its payment with a newer wish', async () => {
    const organization = await stage.subscribed(3);
    stage.sandbox.cards.decline(organization.customerId);
    await stage.want(organization, 9);
    await stage.settle();
    stage.sandbox.cards.accept(organization.customerId);
    await stage.want(organization, 4);
    await stage.settle();
    expect(organization.quantity()).toBe(4);
    expect(organization.taken()).toBe(4 * 599);
    expect((await stage.changes(organization)).map(({ status }) => status)).toEqual([
      'superseded',
      'applied',
    ]);
  });

  it('takes back a change that awaits its payment when the number that is there is wanted again', async () => {
    const organization = await stage.subscribed(3);
    stage.sandbox.cards.decline(organization.customerId);
    await stage.want(organization, 9);
    await stage.settle();
    await stage.want(organization, 3);
    await stage.settle();
    expect(stage.sandbox.state.subscription(organization.subscriptionId).pending_update).toBeNull();
    expect((await stage.changes(organization)).map(({ status }) => status)).toEqual([
      'superseded',
      'applied',
    ]);
    expect(organization.taken()).toBe(1797);
  });

  it('tells the reason where there is no card, and changes nothing', async () => {
    const organization = await stage.subscribed(3);
    await stage.removeCards(organization.customerId);
    await stage.want(organization, 5);
    await stage.settle();
    expect(await stage.notices(organization)).toMatchObject([
      { kind: 'seats_refused', seats: 5, reason: 'There is no card on file at Stripe.' },
    ]);
    expect(organization.quantity()).toBe(3);
    expect(await stage.purchased(organization)).toBe(3);
  });

  describe('fifty wishes in a minute', () => {
    const refusedForHaste = () => stage.sandbox.requests.entries.filter(({ status }) => status === 429);
    const open = async (organization: SubscribedOrganization) =>
      (await stage.changes(organization)).filter(({ settledAt }) => settledAt === null);

    it('end at the last, without once going beyond the limits of Stripe', async () => {
      const organization = await stage.subscribed(3);
      for (let quantity = 4; quantity <= 53; quantity++) {
        await stage.want(organization, quantity);
        await stage.settle();
        stage.advance({ seconds: 1 });
      }
      expect(organization.quantity()).toBeLessThan(53);
      const [waiting, ...others] = await open(organization);
      expect(others).toEqual([]);
      // The minute that began with the first of eight, and a second for the clocks.
      expect(waiting?.sendAfter).toEqual(new Date(START.getTime() + 61_000));
      stage.advance({ seconds: 11 });
      await stage.settle();
      expect(organization.quantity()).toBe(53);
      expect(await stage.purchased(organization)).toBe(53);
      expect(await open(organization)).toEqual([]);
      // Each penny of a second that had gone by is not charged.
      expect(organization.taken()).toBeGreaterThan(53 * 599 - 50);
      expect(organization.taken()).toBeLessThanOrEqual(53 * 599);
      expect(refusedForHaste()).toEqual([]);
      expect(updates()).toHaveLength(9);
      const kinds = (await stage.notices(organization)).map(({ kind }) => kind);
      expect(kinds).toEqual(Array(9).fill('seats_applied'));
    });

    it('end at the last where the minutes follow each other until the day is full', async () => {
      const organization = await stage.subscribed(3);
      for (let quantity = 4; quantity <= 23; quantity++) {
        await stage.want(organization, quantity);
        await stage.settle();
        stage.advance({ seconds: 15 });
      }
      expect(updates()).toHaveLength(18);
      expect(refusedForHaste()).toEqual([]);
      // Fewer seats make no invoice, and do not wait for the day.
      await stage.want(organization, 20);
      await stage.settle();
      expect(organization.quantity()).toBe(20);
      await stage.want(organization, 30);
      await stage.settle();
      expect(organization.quantity()).toBe(20);
      stage.advance({ days: 1, seconds: 1 });
      await stage.settle();
      expect(organization.quantity()).toBe(30);
      expect(await open(organization)).toEqual([]);
      expect(refusedForHaste()).toEqual([]);
    });

    it('all at once are at most two changes', async () => {
      const organization = await stage.subscribed(3);
      const quantities = Array.from({ length: 50 }, (_, index) => 4 + index);
      await Promise.all(quantities.map((quantity) => stage.want(organization, quantity)));
      await stage.settle();
      expect(refusedForHaste()).toEqual([]);
      expect(await open(organization)).toEqual([]);
      const last = (await stage.changes(organization)).findLast(({ status }) => status === 'applied');
      expect(organization.quantity()).toBe(last?.toQuantity);
      expect(updates().length).toBeLessThanOrEqual(8);
    });
  });

  it('waits as long as Stripe asks, tells it once, and lets a newer wish take the place', async () => {
    const organization = await stage.subscribed(3);
    stage.sandbox.settings.enforceLimits = false;
    stage.sandbox.faults.next({ kind: '429', method: 'POST', path: '/v1/subscriptions/*', times: 2 });
    await stage.want(organization, 5);
    await stage.settle();
    expect(await stage.changes(organization)).toMatchObject([
      { status: 'sent', sendAfter: expect.any(Date) },
    ]);
    await stage.want(organization, 6);
    await stage.settleWithRetries();
    expect((await stage.changes(organization)).map(({ toQuantity, status }) => [toQuantity, status])).toEqual(
      [
        [5, 'superseded'],
        [6, 'applied'],
      ],
    );
    expect(organization.quantity()).toBe(6);
    expect(organization.taken()).toBe(6 * 599);
  });

  it('sends one change for two jobs at once', async () => {
    const organization = await stage.subscribed(3);
    stage.sandbox.settings.latencyMs = 20;
    const seatChangeId = await stage.want(organization, 5);
    await stage.database.outboxRow.createMany({
      data: Array.from({ length: 10 }, () => ({
        id: stage.context.newId(),
        topic: 'seats.carry',
        payload: { seatChangeId },
        availableAt: stage.context.now(),
        createdAt: stage.context.now(),
      })),
    });
    await stage.settleWithRetries();
    expect(organization.quantity()).toBe(5);
    expect(organization.taken()).toBe(5 * 599);
    expect(new Set(updates().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    expect(await stage.notices(organization)).toHaveLength(1);
  });
});
