import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { payOnPage } from '../sandbox/stripe/shopper.ts';
import { seedMember } from '../setup/organization.ts';
import { queueBackends } from '../setup/redis.ts';
import { rewritingStripe } from './rewriting-stripe.ts';
import { type BillingStage, type SubscribedOrganization, startBilling } from './seats-stage.ts';

let stage: BillingStage;

const intake = () => stage.database.intake.findMany({ where: { key: { startsWith: 'stripe:' } } });
const status = async ({ id }: SubscribedOrganization) =>
  (await stage.database.organization.findUniqueOrThrow({ where: { id } })).subscriptionStatus;

describe.each(await queueBackends())('on $name', (backend) => {
  beforeEach(async () => {
    stage = await startBilling({ backend });
  });
  afterEach(() => stage.stop());

  // Some two thousand deliveries, of which the store and the machine decide how long they take.
  it('ends where Stripe stands after every event came 100 times, shuffled, at once', async () => {
    const organization = await stage.subscribed(3);
    const before = (await intake()).length;
    const { webhooks, dashboard, cards, state } = stage.sandbox;
    webhooks.hold();
    await stage.want(organization, 5);
    await stage.settle();
    cards.decline(organization.customerId);
    await stage.want(organization, 9);
    await stage.settle();
    const [notice] = (await stage.notices(organization)).slice(-1);
    await payOnPage(String(notice?.kind === 'seats_awaiting_payment' && notice.paymentUrl));
    dashboard.changeQuantity(organization.subscriptionId, 7);
    const held = state.events().length;
    webhooks.release({ shuffle: true, copies: 100, parallel: 16 });
    await stage.settle();
    const rows = await intake();
    expect(rows.length).toBeGreaterThan(before + 5);
    // What setting the account up made was sent nowhere.
    const sent = state
      .events()
      .slice(0, held)
      .filter(({ type }) => !/^(product|price|billing_portal)\b/.test(type));
    expect(new Set(rows.map(({ key }) => key))).toEqual(new Set(sent.map(({ id }) => `stripe:${id}`)));
    expect(rows.every(({ handledAt, body }) => handledAt !== null && body === null)).toBe(true);
    expect(await stage.purchased(organization)).toBe(7);
    expect(organization.quantity()).toBe(7);
    expect((await stage.changes(organization)).map(({ status }) => status)).toEqual(['applied', 'applied']);
    expect((await stage.notices(organization)).map(({ kind }) => kind)).toEqual([
      'seats_applied',
      'seats_awaiting_payment',
      'seats_applied',
      'seats_changed_at_stripe',
    ]);
  }, 180_000);

  it('follows what is done in the dashboard, and removes nobody', async () => {
    const organization = await stage.subscribed(3);
    await seedMember(stage.context, organization);
    const { dashboard } = stage.sandbox;
    dashboard.changeQuantity(organization.subscriptionId, 1);
    await stage.settle();
    expect(await stage.purchased(organization)).toBe(1);
    dashboard.pause(organization.subscriptionId);
    await stage.settle();
    expect(await stage.purchased(organization)).toBe(0);
    dashboard.resume(organization.subscriptionId);
    await stage.settle();
    expect(await stage.purchased(organization)).toBe(1);
    dashboard.cancel(organization.subscriptionId);
    await stage.settle();
    expect(await stage.purchased(organization)).toBe(0);
    expect(await status(organization)).toBe('canceled');
    expect(
      await stage.database.member.count({ where: { organizationId: organization.id, status: 'active' } }),
    ).toBe(2);
  });

  it('keeps the seats of a renewal that was not paid, while Stripe tries again', async () => {
    const organization = await stage.subscribed(3);
    stage.sandbox.cards.decline(organization.customerId);
    stage.advance({ days: 31 });
    await stage.settle();
    expect(await status(organization)).toBe('past_due');
    expect(await stage.purchased(organization)).toBe(3);
  });

  it('takes the seats away with the customer', async () => {
    const organization = await stage.subscribed(3);
    stage.sandbox.dashboard.deleteCustomer(organization.customerId);
    await stage.settle();
    expect(await stage.purchased(organization)).toBe(0);
    expect(await stage.notices(organization)).toEqual([{ kind: 'subscription_ended' }]);
  });

  it('lets go of what is about nobody here', async () => {
    const organization = await stage.subscribed(3);
    await stage.sellToStranger();
    await stage.settle();
    expect((await intake()).every(({ handledAt }) => handledAt !== null)).toBe(true);
    expect(await stage.purchased(organization)).toBe(3);
    expect(stage.errors).toEqual([]);
  });

  it('handles an event that came while Stripe could not be read', async () => {
    const organization = await stage.subscribed(3);
    stage.sandbox.faults.next({ kind: '500-before', method: 'GET', path: '/v1/subscriptions/*', times: 3 });
    stage.sandbox.dashboard.changeQuantity(organization.subscriptionId, 6);
    await stage.settleWithRetries();
    expect(await stage.purchased(organization)).toBe(6);
  });
});

describe('a status that is not known here', () => {
  afterEach(() => stage.stop());

  it('closes the seats, says so loudly and leaves the event to an operator', async () => {
    const [backend] = await queueBackends();
    if (!backend) throw new Error('There is no store for the queues.');
    const stripe = rewritingStripe();
    stage = await startBilling({ backend, apiBase: stripe.start });
    const organization = await stage.subscribed(3);
    stripe.rewrite(/"status": ?"active"/g, '"status":"hibernating"');
    stage.sandbox.dashboard.changeQuantity(organization.subscriptionId, 4);
    await stage.settle();
    expect(await stage.purchased(organization)).toBe(0);
    expect(await stage.notices(organization)).toMatchObject([{ kind: 'subscription_resting', status: null }]);
    expect(
      await stage.database.outboxRow.count({ where: { topic: 'stripe.event', status: 'parked' } }),
    ).toBeGreaterThan(0);
    expect(JSON.stringify(stage.errors)).toContain('is not known here');
    await stripe.stop();
  });
});
