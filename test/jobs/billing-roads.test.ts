import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBillingQuestions } from '../../src/clients/stripe/billing-questions.ts';
import { createStripe } from '../../src/clients/stripe/client.ts';
import { lookAtCheckoutPage } from '../../src/domain/billing/checkout-page.ts';
import { listOpenFindings } from '../../src/domain/billing/list-findings.ts';
import { transferOwnership } from '../../src/domain/members/transfer-ownership.ts';
import { changeSettings } from '../../src/domain/organizations/change-settings.ts';
import { payOnPage } from '../sandbox/stripe/shopper.ts';
import { type SeededOrganization, seedMember, seedOrganization } from '../setup/organization.ts';
import { queueBackends } from '../setup/redis.ts';
import { type BillingStage, type SubscribedOrganization, startBilling } from './seats-stage.ts';

let stage: BillingStage;

const row = ({ id }: SeededOrganization) =>
  stage.database.organization.findUniqueOrThrow({ where: { id }, include: { checkoutPages: true } });
const kinds = async (organization: SeededOrganization) =>
  (await stage.notices(organization)).map(({ kind }) => kind);
const findings = async ({ id }: SeededOrganization) =>
  (await listOpenFindings(stage.context, { organizationId: id })).map(({ kind }) => kind);
const chargeOf = ({ customerId }: SubscribedOrganization) =>
  String(stage.sandbox.state.charges({ customer: customerId })[0]?.id);

function questions() {
  const { secretKey, url: apiBase } = stage.sandbox;
  const urls = { paid: `${stage.url}/checkout/paid`, left: `${stage.url}/checkout/left` };
  return createBillingQuestions(stage.context, createStripe({ secretKey, apiBase }), urls);
}

/** Every event that was sent until now comes again, ten times, in any order. */
async function repeatEvents(make: () => unknown): Promise<void> {
  const { webhooks } = stage.sandbox;
  webhooks.hold();
  await make();
  webhooks.release({ shuffle: true, copies: 10, parallel: 8 });
  await stage.settle();
}

async function seatPrice(unitAmount = 599): Promise<string> {
  const [price] = (await stage.stripe.prices.list({ active: true, limit: 1 })).data;
  if (unitAmount === price?.unit_amount) return price.id;
  const product = String(price?.product);
  const recurring = { interval: 'month' } as const;
  return (await stage.stripe.prices.create({ product, currency: 'gbp', unit_amount: unitAmount, recurring }))
    .id;
}

describe.each(await queueBackends())('on $name', (backend) => {
  beforeEach(async () => {
    stage = await startBilling({ backend });
  });
  afterEach(() => stage.stop());

  describe('a Checkout page', () => {
    it('that was paid is found within minutes though every webhook is lost', async () => {
      stage.sandbox.webhooks.drop();
      const organization = await seedOrganization(stage.context, { seats: 0 });
      const { url } = await questions().checkout(organization.id, 3, 'V1');
      await payOnPage(url);
      await stage.settle();
      expect(await stage.purchased(organization)).toBe(0);
      stage.advance({ seconds: 10 * 60 });
      await stage.settle();
      expect(await stage.purchased(organization)).toBe(3);
      const { checkoutPages, subscriptionId } = await row(organization);
      expect(checkoutPages).toMatchObject([{ status: 'completed', subscriptionId, quantity: 3 }]);
    });

    it('is looked at as soon as the payer comes back from it, once however often the page is opened', async () => {
      stage.sandbox.webhooks.drop();
      const organization = await seedOrganization(stage.context, { seats: 0 });
      const { url } = await questions().checkout(organization.id, 3, 'V1');
      const { redirectedTo } = await payOnPage(url);
      const sessionId = String(new URL(String(redirectedTo)).searchParams.get('page'));
      await stage.stopWorker();
      for (let time = 0; time < 20; time++) await lookAtCheckoutPage(stage.context, sessionId);
      await lookAtCheckoutPage(stage.context, 'cs_test_of_nobody');
      expect(await stage.database.outboxRow.count({ where: { key: { startsWith: 'checkout-now:' } } })).toBe(
        1,
      );
      await stage.startWorker();
      await stage.settle();
      expect(await stage.purchased(organization)).toBe(3);
      await lookAtCheckoutPage(stage.context, sessionId);
      expect(
        await stage.database.outboxRow.count({
          where: { topic: 'checkout.follow', status: 'pending', availableAt: { lte: stage.context.now() } },
        }),
      ).toBe(0);
    });

    it('that nobody pays is followed until Stripe closes it, and no longer', async () => {
      stage.sandbox.webhooks.drop();
      const organization = await seedOrganization(stage.context, { seats: 0 });
      await questions().checkout(organization.id, 3, 'V1');
      for (let hour = 0; hour < 26; hour++) {
        stage.advance({ seconds: 3600 });
        await stage.settle();
      }
      expect((await row(organization)).checkoutPages).toMatchObject([{ status: 'expired' }]);
      expect(
        await stage.database.outboxRow.count({ where: { topic: 'checkout.follow', status: 'pending' } }),
      ).toBe(0);
      expect(await stage.purchased(organization)).toBe(0);
    });

    it('that Stripe says has run out is settled by its event', async () => {
      const organization = await seedOrganization(stage.context, { seats: 0 });
      await questions().checkout(organization.id, 3, 'V1');
      const [session] = stage.sandbox.state.checkoutSessions();
      await repeatEvents(() => stage.stripe.checkout.sessions.expire(String(session?.id)));
      expect((await row(organization)).checkoutPages).toMatchObject([{ status: 'expired' }]);
    });
  });

  describe('a second subscription', () => {
    /** Pages that were opened before either was paid, as two tabs can be. */
    async function payTwice(): Promise<SeededOrganization> {
      const organization = await seedOrganization(stage.context, { seats: 0 });
      const { url } = await questions().checkout(organization.id, 3, 'V1');
      const [first] = stage.sandbox.state.checkoutSessions();
      const second = await stage.stripe.checkout.sessions.create({
        mode: 'subscription',
        customer: String(first?.customer),
        client_reference_id: organization.id,
        line_items: [{ price: await seatPrice(), quantity: 4 }],
        subscription_data: { metadata: { organization_id: organization.id } },
        success_url: `${stage.url}/checkout/paid`,
      });
      await stage.database.checkoutPage.create({
        data: {
          sessionId: second.id,
          organizationId: organization.id,
          quantity: 4,
          openedAt: stage.context.now(),
        },
      });
      await repeatEvents(async () => {
        await payOnPage(url);
        await payOnPage(String(second.url));
      });
      return organization;
    }

    it('that was paid in another tab is ended and given back in full, told once', async () => {
      const organization = await payTwice();
      await stage.settleWithRetries(2);
      const { subscriptionId, seatsPurchased, stripeCustomerId } = await row(organization);
      const subscriptions = stage.sandbox.state.subscriptions();
      expect(subscriptions.filter(({ status }) => status === 'active')).toMatchObject([
        { id: subscriptionId },
      ]);
      expect(stage.sandbox.state.subscription(String(subscriptionId)).items.data[0]?.quantity).toBe(
        seatsPurchased,
      );
      expect(stage.sandbox.state.taken({ customer: String(stripeCustomerId) })).toBe(599 * seatsPurchased);
      expect(stage.sandbox.state.refunds()).toHaveLength(1);
      const seats = 7 - seatsPurchased;
      expect(await stage.notices(organization)).toEqual([
        { kind: 'second_subscription_refunded', seats, amount: 599 * seats, currency: 'gbp' },
      ]);
      expect(await findings(organization)).toEqual([]);
    });

    it.each([
      ['DELETE', '/v1/subscriptions/*', '500-before'],
      ['DELETE', '/v1/subscriptions/*', 'acted-then-drop'],
      ['POST', '/v1/refunds', '500-stored'],
      ['POST', '/v1/refunds', 'acted-then-500-stored'],
      ['POST', '/v1/refunds', 'acted-then-drop'],
    ] as const)('is given back once though %s %s fails by %s', async (method, path, kind) => {
      stage.sandbox.faults.next({ kind, method, path, times: 2 });
      const organization = await payTwice();
      await stage.settleWithRetries(6);
      const { seatsPurchased, stripeCustomerId } = await row(organization);
      expect(stage.sandbox.state.taken({ customer: String(stripeCustomerId) })).toBe(599 * seatsPurchased);
      expect(stage.sandbox.state.refunds()).toHaveLength(1);
      expect(await kinds(organization)).toEqual(['second_subscription_refunded']);
    });

    it('that somebody made by hand is left alone and reported, until it is gone', async () => {
      const organization = await stage.subscribed(3);
      const { dashboard } = stage.sandbox;
      const price = await seatPrice();
      dashboard.setCard(organization.customerId, 'pm_card_visa');
      let second = '';
      await repeatEvents(() => {
        second = dashboard.sell(organization.customerId, price, { quantity: 9 });
      });
      expect(stage.sandbox.state.subscription(second).status).toBe('active');
      expect(await stage.purchased(organization)).toBe(3);
      expect(await stage.notices(organization)).toEqual([{ kind: 'second_subscription_found', seats: 9 }]);
      expect(await findings(organization)).toEqual(['two_subscriptions']);
      dashboard.cancel(second);
      await stage.settle();
      expect(await findings(organization)).toEqual([]);
      expect(await kinds(organization)).toEqual(['second_subscription_found']);
    });
  });

  it('writes a refund and a dispute down, tells each once, and moves no seat', async () => {
    const organization = await stage.subscribed(3);
    const { dashboard } = stage.sandbox;
    let dispute = '';
    await repeatEvents(() => {
      dashboard.refund(chargeOf(organization), 599);
      dispute = dashboard.dispute(chargeOf(organization));
    });
    expect(await stage.notices(organization)).toHaveLength(2);
    expect(await stage.notices(organization)).toEqual(
      expect.arrayContaining([
        { kind: 'payment_refunded', amount: 599, currency: 'gbp' },
        { kind: 'payment_disputed', amount: 1797, currency: 'gbp' },
      ]),
    );
    expect(await findings(organization)).toEqual(['dispute']);
    await repeatEvents(() => dashboard.closeDispute(dispute, 'lost'));
    expect(await findings(organization)).toEqual([]);
    expect(await stage.notices(organization)).toHaveLength(2);
    expect(await stage.purchased(organization)).toBe(3);
  });

  it('tells once of a refund that did not arrive, and logs it for the operator', async () => {
    const organization = await stage.subscribed(3);
    const { dashboard } = stage.sandbox;
    const refund = dashboard.refund(chargeOf(organization), 599);
    await stage.settle();
    await repeatEvents(() => dashboard.failRefund(refund));
    expect(await stage.notices(organization)).toEqual([
      { kind: 'payment_refunded', amount: 599, currency: 'gbp' },
      { kind: 'refund_failed', amount: 599, currency: 'gbp' },
    ]);
    expect(stage.errors).toMatchObject([{ finding: 'refund_failed', subject: refund }]);
    expect(await findings(organization)).toEqual([]);
    expect(await stage.purchased(organization)).toBe(3);
  });

  it('takes a dispute off the list that is decided after its organization was deleted', async () => {
    const organization = await stage.subscribed(3);
    const { dashboard } = stage.sandbox;
    const dispute = dashboard.dispute(chargeOf(organization));
    await stage.settle();
    expect(await findings(organization)).toEqual(['dispute']);
    await stage.database.organization.delete({ where: { id: organization.id } });
    dashboard.closeDispute(dispute, 'won');
    await stage.settle();
    expect(await findings(organization)).toEqual([]);
  });

  it('gives seats in a trial, and takes them when nobody pays after it', async () => {
    const organization = await seedOrganization(stage.context, { seats: 0 });
    const customer = await stage.stripe.customers.create({ metadata: { organization_id: organization.id } });
    const terms = { quantity: 2, trialDays: 7, metadata: { organization_id: organization.id } };
    stage.sandbox.dashboard.sell(customer.id, await seatPrice(), terms);
    await stage.settle();
    expect(await row(organization)).toMatchObject({ subscriptionStatus: 'trialing', seatsPurchased: 2 });
    stage.advance({ days: 8 });
    await stage.settle();
    expect(await row(organization)).toMatchObject({ subscriptionStatus: 'past_due', seatsPurchased: 2 });
    expect(await stage.notices(organization)).toMatchObject([{ kind: 'payment_overdue', amount: 1198 }]);
  });

  it('tells of each attempt to collect, and lets another card settle it', async () => {
    const organization = await stage.subscribed(3);
    const { cards, dashboard } = stage.sandbox;
    cards.decline(organization.customerId);
    for (let day = 0; day < 36; day++) {
      stage.sandbox.webhooks.hold();
      stage.advance({ days: 1 });
      stage.sandbox.webhooks.release({ shuffle: true, copies: 5, parallel: 4 });
      await stage.settle();
    }
    const overdue = (await stage.notices(organization)).filter(({ kind }) => kind === 'payment_overdue');
    expect(overdue.map((notice) => notice.kind === 'payment_overdue' && notice.attempt)).toEqual([1, 2, 3]);
    expect(await stage.purchased(organization)).toBe(3);
    cards.reset(organization.customerId);
    dashboard.setCard(organization.customerId, 'pm_card_visa');
    const [invoice] = await stage.database.overdueInvoice.findMany();
    await stage.stripe.invoices.pay(String(invoice?.invoiceId));
    await stage.settle();
    expect((await kinds(organization)).at(-1)).toBe('payment_settled');
    expect(await stage.database.overdueInvoice.count()).toBe(0);
  });

  it('closes the seats of a state that it does not know, loudly and once, and opens them when it knows it', async () => {
    const organization = await stage.subscribed(3);
    const { dashboard } = stage.sandbox;
    await repeatEvents(() => dashboard.setStatus(organization.subscriptionId, 'hibernating'));
    expect(await row(organization)).toMatchObject({ seatsPurchased: 0, subscriptionStatus: null });
    expect(await stage.notices(organization)).toEqual([
      { kind: 'subscription_resting', status: null, paymentUrl: null },
    ]);
    expect(await findings(organization)).toEqual(['unknown_status']);
    expect(stage.errors.filter(({ finding }) => finding === 'unknown_status')).toHaveLength(1);
    dashboard.setStatus(organization.subscriptionId, 'active');
    await stage.settle();
    expect(await stage.purchased(organization)).toBe(3);
    expect(await findings(organization)).toEqual([]);
  });

  it('gives no seat away of a subscription whose seats it cannot tell, and says so once', async () => {
    const organization = await stage.subscribed(3);
    const { dashboard } = stage.sandbox;
    const [other, more] = [await seatPrice(100), await seatPrice(200)];
    await repeatEvents(() => {
      dashboard.changePrice(organization.subscriptionId, other);
      dashboard.addItem(organization.subscriptionId, more);
    });
    expect(await stage.purchased(organization)).toBe(0);
    expect(await findings(organization)).toEqual(['seats_unclear']);
    expect(await kinds(organization)).toContain('seats_unclear');
    expect(stage.errors.filter(({ finding }) => finding === 'seats_unclear')).toHaveLength(1);
  });

  it('follows another price', async () => {
    const organization = await stage.subscribed(3);
    const price = await seatPrice(700);
    await repeatEvents(() => stage.sandbox.dashboard.changePrice(organization.subscriptionId, price));
    expect(await row(organization)).toMatchObject({ seatPrice: 700, seatsPurchased: 3 });
    expect(await stage.notices(organization)).toEqual([
      { kind: 'seat_price_changed', price: 700, currency: 'gbp' },
    ]);
  });

  it('gives the customer at Stripe the present name and Owner', async () => {
    const organization = await stage.subscribed(3);
    const heir = await seedMember(stage.context, organization, {
      role: 'admin',
      email: 'heir@harbour.example',
    });
    await changeSettings(stage.context, organization.owner, { name: 'Quay Support' });
    await transferOwnership(stage.context, organization.owner, {
      userId: heir.userId,
      confirmation: 'Quay Support',
    });
    await stage.settle();
    const customer = stage.sandbox.state.customers().find(({ id }) => id === organization.customerId);
    expect(customer).toMatchObject({ name: 'Quay Support', email: 'heir@harbour.example' });
  });
});
