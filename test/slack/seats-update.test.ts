import { describe, expect, it, vi } from 'vitest';
import {
  changes,
  database,
  desk,
  shown,
  subscribed,
  until,
  update,
  useSeatsDesk,
  wanted,
  withMetadata,
} from './seats-desk.ts';

useSeatsDesk();

describe('a submission that is not what the modal showed', () => {
  it('of somebody who is Owner no more changes nothing', async () => {
    const id = await subscribed(3);
    await desk.town.open(desk.owner, 'seats');
    await desk.owner.press('seats.more');
    await until('the next number', () => wanted() === 4);
    await database().member.updateMany({ where: { organizationId: id }, data: { role: 'admin' } });
    const { errors } = await desk.owner.submit();
    expect(Object.values(errors)).toEqual(['Only the Owner can do this.']);
    expect(await changes(id)).toEqual([]);
  });

  it('with another moment in its metadata is prorated from now', async () => {
    const id = await subscribed(3);
    await desk.town.open(desk.owner, 'seats');
    await desk.owner.press('seats.more');
    await until('the amount', () => shown().includes('Due now: *£'));
    const forged = { ...told(599), prorationAt: '2026-12-20T00:00:00.000Z' };
    await update('Recorded', withMetadata(forged));
    expect(await changes(id)).toMatchObject([{ prorationAt: desk.app.context.now() }]);
  });

  it.each(['', 'null', '{', '{"quantity":"4"}'])(
    'with the metadata %j is shown the amount first, and recorded when that is agreed to',
    async (metadata) => {
      const id = await subscribed(3);
      await desk.town.open(desk.owner, 'seats');
      await desk.owner.type('seats.typed', '4');
      await update('Below is what is due now', withMetadata(metadata));
      expect(shown()).toContain('Due now: *£5.99*');
      expect(await changes(id)).toEqual([]);
      await update('Recorded: *4 seats*');
      expect(await changes(id)).toHaveLength(1);
    },
  );
});

/** What the metadata says of four seats. */
const told = (amountDue: number, currency = 'gbp') => ({
  quantity: 4,
  prorationAt: desk.app.context.now().toISOString(),
  amountDue,
  currency,
});

describe('an amount that has moved since it was shown', () => {
  const wantFour = async () => {
    const id = await subscribed(3);
    await desk.town.open(desk.owner, 'seats');
    await desk.owner.press('seats.more');
    await until('the amount', () => shown().includes('Due now: *£5.99*'));
    return id;
  };

  it.each([598, 599, 600])('by one penny or none, from %i, is charged as it is', async (amount) => {
    const id = await wantFour();
    await update('Recorded: *4 seats*', withMetadata(told(amount)));
    expect(shown()).toContain('Stripe charges £5.99');
    expect(await changes(id)).toHaveLength(1);
  });

  it.each([
    [597, 'gbp', 'changed from £5.97 to £5.99'],
    [601, 'gbp', 'changed from £6.01 to £5.99'],
    [-599, 'gbp', 'changed from a credit of £5.99 to £5.99'],
    [599, 'eur', 'changed from €5.99 to £5.99'],
  ])('from %i in %s has to be agreed to again', async (amount, currency, sentence) => {
    const id = await wantFour();
    const metadata = told(amount, currency);
    await update(`The amount has ${sentence}. Press Update again to go on.`, withMetadata(metadata));
    expect(wanted()).toBe(4);
    expect(await changes(id)).toEqual([]);
    await update('Recorded: *4 seats*');
    expect(await changes(id)).toHaveLength(1);
  });

  it('by a hand in the dashboard is asked for again, and not twice', async () => {
    const id = await subscribed(3);
    await desk.town.open(desk.owner, 'seats');
    await desk.owner.type('seats.typed', '6');
    await until('the amount', () => shown().includes('Due now: *£17.97*'));
    const { subscriptionId } = await database().organization.findUniqueOrThrow({ where: { id } });
    desk.stripe.dashboard.changeQuantity(String(subscriptionId), 5, 'always_invoice');
    await update('The amount has changed from £17.97 to £5.99.');
    expect(await changes(id)).toEqual([]);
    await update('Recorded: *6 seats*');
    expect(await changes(id)).toMatchObject([{ toQuantity: 6 }]);
  });

  it('because the modal stood open for an hour is prorated anew', async () => {
    const id = await subscribed(3);
    await desk.town.open(desk.owner, 'seats');
    await desk.owner.type('seats.typed', '103');
    await until('the amount', () => shown().includes('Due now: *£599.00*'));
    desk.app.context.advance({ seconds: 3_600 });
    desk.stripe.clock.advance({ seconds: 3_600 });
    await update('The amount has changed from £599.00 to £598.');
    await update('Recorded: *103 seats*');
    const [change] = await changes(id);
    expect(change?.prorationAt).toEqual(desk.app.context.now());
  });

  it('is not asked for within the quarter of an hour for which it was told', async () => {
    const id = await subscribed(3);
    await desk.town.open(desk.owner, 'seats');
    await desk.owner.type('seats.typed', '103');
    await until('the amount', () => shown().includes('Due now: *£599.00*'));
    const at = desk.app.context.now();
    desk.app.context.advance({ seconds: 600 });
    desk.stripe.clock.advance({ seconds: 600 });
    await update('Stripe charges £599.00');
    expect((await changes(id))[0]?.prorationAt).toEqual(at);
  });
});

describe('where Stripe is silent', () => {
  it('and no amount was ever shown, nothing is recorded: the form says so and keeps the number', async () => {
    const id = await subscribed(3);
    await desk.town.open(desk.owner, 'seats');
    desk.stripe.faults.next({ kind: '500-before', times: 50 });
    await desk.owner.type('seats.typed', '6');
    await update('Stripe cannot tell what is due, so nothing was changed.');
    expect(wanted()).toBe(6);
    expect(await changes(id)).toEqual([]);
    desk.stripe.faults.clear();
    await update('Below is what is due now');
    await update('Recorded: *6 seats*');
  });
});

describe('between Update and the outcome', () => {
  it('two presses are one change', async () => {
    const id = await subscribed(3);
    await desk.town.open(desk.owner, 'seats');
    await desk.owner.press('seats.more');
    await until('the amount', () => shown().includes('Due now: *£5.99*'));
    const previews = () => desk.stripe.requests.matching('POST', '/v1/invoices/create_preview').length;
    const asked = previews();
    desk.stripe.settings.latencyMs = 100;
    await Promise.all([desk.owner.submit(), desk.owner.submit()]);
    await until('the outcome', () => shown().includes('Recorded: *4 seats*'));
    await vi.waitUntil(() => previews() === asked + 2, { timeout: 5_000 });
    expect(await changes(id)).toHaveLength(1);
  });

  it('the seats may come into use, which is said on the form, and nothing is recorded', async () => {
    const id = await subscribed(3);
    await desk.town.open(desk.owner, 'seats');
    await desk.owner.type('seats.typed', '1');
    await until('the credit', () => shown().includes('*£11.98* is credited'));
    desk.stripe.settings.latencyMs = 200;
    await desk.owner.submit();
    await desk.town.seat('agent');
    await until('the word', () => shown().includes('Not below the seats in use: 2 members'));
    expect(wanted()).toBe(1);
    expect(await changes(id)).toEqual([]);
  });

  it('the modal may be closed: Update was pressed', async () => {
    const id = await subscribed(3);
    await desk.town.open(desk.owner, 'seats');
    await desk.owner.press('seats.more');
    await until('the amount', () => shown().includes('Due now: *£5.99*'));
    desk.stripe.settings.latencyMs = 100;
    await desk.owner.submit();
    await desk.owner.closeModal();
    await desk.app.sandbox.until('the change', async () => (await changes(id)).length === 1);
  });
});

describe('where Stripe’s limits are reached', () => {
  it('says when the change is applied, in the outcome and in the modal', async () => {
    const id = await subscribed(3);
    await database().seatChange.createMany({
      data: Array.from({ length: 18 }, (_, index) => ({
        id: desk.app.context.newId(),
        organizationId: id,
        fromQuantity: 3,
        toQuantity: 4,
        status: 'applied' as const,
        requestedBy: desk.owner.user.id,
        prorationAt: desk.app.context.now(),
        createdAt: desk.app.context.now(),
        sentAt: new Date(desk.app.context.now().getTime() - 3_600_000 * (22 - index)),
        settledAt: desk.app.context.now(),
      })),
    });
    await desk.town.open(desk.owner, 'seats');
    await desk.owner.press('seats.more');
    await until('the amount', () => shown().includes('Due now: *£5.99*'));
    await update('Stripe takes only so many changes in a time: it is applied in about 3 hours');
    await desk.owner.closeModal();
    await desk.town.open(desk.owner, 'seats');
    expect(shown()).toContain(
      'A change to *4 seats* waits, since Stripe takes only so many changes in a time',
    );
  });
});
