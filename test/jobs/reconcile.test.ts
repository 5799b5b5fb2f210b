import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SEAT_LOOKUP_KEY } from '../../src/clients/stripe/seat-price.ts';
import { webhookEvents } from '../../src/clients/stripe/setup.ts';
import { keepReconciling } from '../../src/domain/billing/reconciliation/begin.ts';
import { seedOrganization } from '../setup/organization.ts';
import { queueBackends } from '../setup/redis.ts';
import { type BillingStage, startBilling } from './seats-stage.ts';

let stage: BillingStage;

/** The day's reconciliation, to its end; gives its figures. */
async function reconcile() {
  await keepReconciling(stage.context);
  await stage.settle();
  const newest = await stage.database.reconciliation.findFirstOrThrow({ orderBy: { id: 'desc' } });
  expect(newest.finishedAt).not.toBeNull();
  const { compared, repaired, found, replayed } = newest;
  return { compared, repaired, found, replayed };
}

const nothing = { repaired: 0, found: 0, replayed: 0 };
const open = () =>
  stage.database.billingFinding.findMany({ where: { resolvedAt: null }, orderBy: { id: 'asc' } });
const row = ({ id }: { id: string }) =>
  stage.database.organization.findUniqueOrThrow({ where: { id }, omit: { subscriptionReadAt: true } });

/** Organizations with a subscription of two seats each, both sides at one. */
async function seedSubscribed(count: number): Promise<{ id: string; subscriptionId: string }[]> {
  const [price] = (await stage.stripe.prices.list({ lookup_keys: [SEAT_LOOKUP_KEY] })).data;
  const items = [{ price: String(price?.id), quantity: 2 }];
  const card = 'pm_card_visa';
  const rows = [];
  for (let index = 0; index < count; index++) {
    const id = stage.context.newId();
    const metadata = { organization_id: id };
    const settings = { default_payment_method: card };
    const customer = await stage.stripe.customers.create({
      metadata,
      payment_method: card,
      invoice_settings: settings,
    });
    const subscription = await stage.stripe.subscriptions.create({ customer: customer.id, items, metadata });
    rows.push({
      id,
      teamId: `TP${index}`,
      name: 'Harbour Support',
      seatsPurchased: 2,
      stripeCustomerId: customer.id,
      subscriptionId: subscription.id,
      subscriptionStatus: 'active' as const,
      createdAt: stage.context.now(),
    });
  }
  await stage.database.organization.createMany({ data: rows });
  return rows;
}

describe.each(await queueBackends())('a reconciliation on $name', (backend) => {
  beforeEach(async () => {
    stage = await startBilling({ backend });
  });
  afterEach(() => stage.stop());

  it('brings everything to where it would be after the webhooks of three days were lost', async () => {
    const [grown, ended, untouched] = [
      await stage.subscribed(3),
      await stage.subscribed(4),
      await stage.subscribed(2),
    ];
    const { webhooks, dashboard } = stage.sandbox;
    webhooks.drop();
    stage.advance({ days: 1 });
    dashboard.changeQuantity(grown.subscriptionId, 7);
    stage.advance({ days: 1 });
    dashboard.cancel(ended.subscriptionId);
    stage.advance({ days: 1 });
    webhooks.resume();
    await stage.settle();
    expect(await stage.purchased(grown)).toBe(3);

    const figures = await reconcile();
    expect(figures).toMatchObject({ compared: 3, repaired: 2, found: 0 });
    expect(figures.replayed).toBeGreaterThan(0);
    expect(await stage.purchased(grown)).toBe(7);
    expect(await row(ended)).toMatchObject({ seatsPurchased: 0, subscriptionStatus: 'canceled' });
    expect(await stage.purchased(untouched)).toBe(2);
    const intake = await stage.database.intake.findMany({ where: { key: { startsWith: 'stripe:' } } });
    const sent = stage.sandbox.state
      .events()
      .filter(({ type }) => webhookEvents.some((each) => each === type));
    expect(sent.length).toBeGreaterThan(10);
    expect(intake.map(({ key }) => key)).toEqual(
      expect.arrayContaining(sent.map(({ id }) => `stripe:${id}`)),
    );
    expect(intake.every(({ handledAt, body }) => handledAt !== null && body === null)).toBe(true);

    const before = [await row(grown), await row(ended), await row(untouched)];
    stage.advance({ days: 1 });
    await stage.settle();
    expect(await reconcile()).toEqual({ ...nothing, compared: 3 });
    expect([await row(grown), await row(ended), await row(untouched)]).toEqual(before);
    expect(stage.errors).toEqual([]);
  });

  it('finds a Checkout that was paid while nobody listened', async () => {
    stage.sandbox.webhooks.drop();
    const organization = await stage.subscribed(5);
    expect(await stage.purchased(organization)).toBe(0);
    expect(await reconcile()).toMatchObject({ compared: 1, repaired: 1 });
    expect(await stage.purchased(organization)).toBe(5);
  });

  it('goes through hundreds of organizations, page by page, each once', async () => {
    const { dashboard, webhooks } = stage.sandbox;
    webhooks.drop();
    const strays = await seedSubscribed(120);
    for (const { subscriptionId } of strays.slice(0, 30)) dashboard.changeQuantity(subscriptionId, 4);
    expect(await reconcile()).toMatchObject({ compared: 120, repaired: 30, found: 0 });
    const seats = await stage.database.organization.groupBy({ by: ['seatsPurchased'], _count: true });
    expect(seats.map(({ seatsPurchased, _count }) => [seatsPurchased, _count]).sort()).toEqual([
      [2, 90],
      [4, 30],
    ]);
    const pages = stage.sandbox.requests.matching('GET', '/v1/prices');
    expect(pages.length).toBeGreaterThanOrEqual(3);
  });

  it('is one at a time, once a day, and none without organizations', async () => {
    await keepReconciling(stage.context);
    expect(await stage.database.reconciliation.count()).toBe(0);
    await stage.subscribed(3);
    await stage.stopWorker();
    await Promise.all(Array.from({ length: 8 }, () => keepReconciling(stage.context)));
    expect(await stage.database.reconciliation.count()).toBe(1);
    await stage.startWorker();
    await stage.settle();
    stage.advance({ seconds: 3600 });
    await keepReconciling(stage.context);
    expect(await stage.database.reconciliation.count()).toBe(1);
    stage.advance({ days: 1 });
    await keepReconciling(stage.context);
    expect(await stage.database.reconciliation.count()).toBe(2);
  });

  it('goes on after its effect was lost', async () => {
    await stage.subscribed(3);
    await stage.stopWorker();
    await keepReconciling(stage.context);
    await stage.database.outboxRow.deleteMany({ where: { topic: 'billing.reconcile' } });
    await stage.startWorker();
    expect(await reconcile()).toMatchObject({ compared: 1 });
    expect(await stage.database.reconciliation.count()).toBe(1);
  });

  it('carries a seat change again whose effect was lost', async () => {
    const organization = await stage.subscribed(3);
    await stage.stopWorker();
    await stage.want(organization, 6);
    await stage.database.outboxRow.deleteMany({ where: { topic: 'seats.carry' } });
    await stage.startWorker();
    stage.advance({ seconds: 3600 });
    expect(await reconcile()).toMatchObject({ repaired: 1 });
    expect(organization.quantity()).toBe(6);
    expect(await stage.purchased(organization)).toBe(6);
  });

  it('writes down a price that is another than a new subscription has, until it fits again', async () => {
    const organization = await stage.subscribed(3);
    const { stripe } = stage;
    const [seat] = (await stripe.prices.list({ lookup_keys: [SEAT_LOOKUP_KEY] })).data;
    const moved = { lookup_key: SEAT_LOOKUP_KEY, transfer_lookup_key: true };
    const product = String(seat?.product);
    const recurring = { interval: 'month' } as const;
    await stripe.prices.create({ ...moved, product, currency: 'gbp', unit_amount: 699, recurring });
    expect(await reconcile()).toMatchObject({ found: 1, repaired: 0 });
    expect(await open()).toMatchObject([
      {
        kind: 'price_differs',
        subject: organization.subscriptionId,
        organizationId: organization.id,
        detail: { seatPrice: 599, newSeatPrice: 699 },
      },
    ]);
    await stripe.prices.update(String(seat?.id), moved);
    stage.advance({ days: 1 });
    expect(await reconcile()).toMatchObject({ found: 0, repaired: 0 });
    expect(await open()).toEqual([]);
  });

  it('has a second subscription seen to of which no webhook came, tells of it once, and lets it go when it has ended', async () => {
    const organization = await stage.subscribed(3);
    stage.sandbox.webhooks.drop();
    const [price] = (await stage.stripe.prices.list({ lookup_keys: [SEAT_LOOKUP_KEY] })).data;
    const items = [{ price: String(price?.id), quantity: 4 }];
    stage.sandbox.dashboard.setCard(organization.customerId, 'pm_card_visa');
    const second = await stage.stripe.subscriptions.create({ customer: organization.customerId, items });
    expect(await reconcile()).toMatchObject({ repaired: 0 });
    for (let day = 0; day < 2; day++) {
      expect(await open()).toMatchObject([{ kind: 'two_subscriptions', subject: second.id }]);
      expect(await stage.purchased(organization)).toBe(3);
      stage.advance({ days: 1 });
      await reconcile();
    }
    const told = (await stage.notices(organization)).filter(
      ({ kind }) => kind === 'second_subscription_found',
    );
    expect(told).toHaveLength(1);
    await stage.stripe.subscriptions.cancel(second.id);
    // Not even an event tells of the end.
    const handled = { receivedAt: stage.context.now(), handledAt: stage.context.now() };
    const keys = stage.sandbox.state.events().map(({ id }) => ({ key: `stripe:${id}`, ...handled }));
    await stage.database.intake.createMany({ data: keys, skipDuplicates: true });
    stage.advance({ days: 1 });
    await reconcile();
    expect(await open()).toEqual([]);
    expect(await stage.purchased(organization)).toBe(3);
  });

  it('writes down a subscription of an organization that is not here, and nothing of strangers', async () => {
    const organization = await stage.subscribed(3);
    await stage.sellToStranger();
    await seedOrganization(stage.context, { seats: 0 });
    await stage.database.organization.delete({ where: { id: organization.id } });
    expect(await reconcile()).toMatchObject({ found: 1 });
    expect(await open()).toMatchObject([
      { kind: 'orphan_subscription', subject: organization.subscriptionId, organizationId: null },
    ]);
    stage.advance({ days: 1 });
    expect(await reconcile()).toMatchObject({ found: 0 });
    expect(await open()).toHaveLength(1);
    stage.sandbox.dashboard.cancel(organization.subscriptionId);
    await stage.settle();
    stage.advance({ days: 1 });
    await reconcile();
    expect(await open()).toEqual([]);
    expect(stage.errors).toHaveLength(1);
  });
});
