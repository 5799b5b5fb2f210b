import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lookAtCheckoutPage } from '../../src/domain/billing/checkout-page.ts';
import { listOpenFindings } from '../../src/domain/billing/list-findings.ts';
import { payOnPage } from '../sandbox/stripe/shopper.ts';
import { queueBackends } from '../setup/redis.ts';
import { type BillingStage, type SubscribedOrganization, startBilling } from './seats-stage.ts';

let stage: BillingStage;

const row = ({ id }: SubscribedOrganization) =>
  stage.database.organization.findUniqueOrThrow({ where: { id } });
const kinds = async (organization: SubscribedOrganization) =>
  (await stage.notices(organization)).map(({ kind }) => kind);
const findings = async ({ id }: SubscribedOrganization) =>
  (await listOpenFindings(stage.context, { organizationId: id })).map(({ kind }) => kind);

async function seatPrice(): Promise<string> {
  return String((await stage.stripe.prices.list({ active: true, limit: 1 })).data[0]?.id);
}

/** Another subscription of the same customer, made in the dashboard and paid. */
async function sellAnother(organization: SubscribedOrganization, quantity: number): Promise<string> {
  const { dashboard } = stage.sandbox;
  dashboard.setCard(organization.customerId, 'pm_card_visa');
  return dashboard.sell(organization.customerId, await seatPrice(), { quantity });
}

beforeEach(async () => {
  const [backend] = await queueBackends();
  if (!backend) throw new Error('There is no backend for the queues.');
  stage = await startBilling({ backend });
});
afterEach(() => stage.stop());

describe('a subscription that takes the place of another', () => {
  it('gives its seats as soon as the first one is canceled, though it was reported as a second', async () => {
    const organization = await stage.subscribed(3);
    const other = await sellAnother(organization, 5);
    await stage.settle();
    expect(await findings(organization)).toEqual(['two_subscriptions']);
    stage.sandbox.dashboard.cancel(organization.subscriptionId);
    await stage.settle();
    expect(await row(organization)).toMatchObject({
      subscriptionId: other,
      subscriptionStatus: 'active',
      seatsPurchased: 5,
    });
    expect(await findings(organization)).toEqual([]);
  });

  it('gives them too where the first one comes into a state that this version does not know', async () => {
    const organization = await stage.subscribed(3);
    await sellAnother(organization, 5);
    await stage.settle();
    stage.sandbox.dashboard.setStatus(organization.subscriptionId, 'hibernating');
    await stage.settle();
    expect(await stage.purchased(organization)).toBe(5);
  });

  it('gives them in whatever order the two events and the jobs come', async () => {
    for (let round = 0; round < 4; round++) {
      const organization = await stage.subscribed(3);
      await stage.stopWorker();
      stage.sandbox.webhooks.hold();
      await sellAnother(organization, 5);
      stage.sandbox.dashboard.cancel(organization.subscriptionId);
      stage.sandbox.webhooks.release({ shuffle: true, copies: 3, parallel: 4 });
      await stage.startWorker();
      await stage.settle();
      expect(await stage.purchased(organization)).toBe(5);
      expect(await findings(organization)).toEqual([]);
    }
  });
});

it('a second subscription in a state that this version does not know is an error and a finding, until it is gone', async () => {
  const organization = await stage.subscribed(3);
  const other = await sellAnother(organization, 5);
  await stage.settle();
  stage.sandbox.dashboard.setStatus(other, 'hibernating');
  await stage.settle();
  expect(await findings(organization)).toContain('unknown_status');
  expect(stage.errors).toContainEqual(expect.objectContaining({ finding: 'unknown_status', subject: other }));
  expect(await stage.purchased(organization)).toBe(3);
  stage.sandbox.dashboard.cancel(other);
  await stage.settle();
  expect(await findings(organization)).toEqual([]);
});

describe('a second subscription that was bought on a page of ours', () => {
  it('is not given back where the first one has ended and nobody has heard of it', async () => {
    const organization = await stage.subscribed(3);
    const page = await stage.stripe.checkout.sessions.create({
      mode: 'subscription',
      customer: organization.customerId,
      client_reference_id: organization.id,
      line_items: [{ price: await seatPrice(), quantity: 4 }],
      subscription_data: { metadata: { organization_id: organization.id } },
      success_url: `${stage.url}/checkout/paid`,
    });
    const openedAt = stage.context.now();
    await stage.database.checkoutPage.create({
      data: { sessionId: page.id, organizationId: organization.id, quantity: 4, openedAt },
    });
    stage.sandbox.webhooks.drop();
    stage.sandbox.dashboard.cancel(organization.subscriptionId);
    await payOnPage(String(page.url));
    await lookAtCheckoutPage(stage.context, page.id);
    await stage.settle();
    expect(await row(organization)).toMatchObject({ subscriptionStatus: 'active', seatsPurchased: 4 });
    expect(stage.sandbox.state.refunds()).toEqual([]);
    expect(await kinds(organization)).not.toContain('second_subscription_refunded');
  });
});
