import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBillingQuestions } from '../../../src/clients/stripe/billing-questions.ts';
import { createDatabase, type Database } from '../../../src/database/client.ts';
import { payOnPage } from '../../sandbox/stripe/shopper.ts';
import { type TestContext, testContext } from '../../setup/context.ts';
import { createTestDatabase, type TestDatabase } from '../../setup/database.ts';
import { seedOrganization } from '../../setup/organization.ts';
import { useStripeAccount } from './account.ts';

const account = useStripeAccount();
let server: TestDatabase;
let database: Database;
let context: TestContext;

beforeAll(async () => {
  server = await createTestDatabase();
  database = createDatabase(server.url);
});
afterAll(async () => {
  await database.$disconnect();
  await server.drop();
});
beforeEach(() => {
  context = testContext(database);
});

const urls = { paid: 'https://orgdesk.example/checkout/paid', left: 'https://orgdesk.example/checkout/left' };
const questions = () => createBillingQuestions(context, account.client, urls);

describe('Checkout for a first subscription', () => {
  it('sells the wanted seats to the organization, and says whose they are', async () => {
    const { id, owner } = await seedOrganization(context, { seats: 0 });
    const { url } = await questions().checkout(id, 3, 'V1');
    const paid = await payOnPage(url);
    expect(paid.redirectedTo).toMatch(`${urls.paid}?page=cs_`);
    const [subscription] = account.sandbox.state.subscriptions();
    const reading = await account.client.readSubscription(String(subscription?.id), context.now());
    expect(reading).toMatchObject({ organizationId: id, status: 'active', quantity: 3 });
    expect(account.sandbox.state.customers()).toMatchObject([
      { name: 'Harbour Support', email: owner.email },
    ]);
    expect(account.sandbox.state.checkoutSessions()).toMatchObject([{ client_reference_id: id }]);
    expect(await database.organization.findUnique({ where: { id } })).toMatchObject({
      stripeCustomerId: reading.customerId,
    });
  });

  it('makes one customer and one page for the same request, also when asked twice at once', async () => {
    const { id } = await seedOrganization(context, { seats: 0 });
    const pages = await Promise.allSettled(
      Array.from({ length: 5 }, () => questions().checkout(id, 3, 'V1')),
    );
    const { url } = await questions().checkout(id, 3, 'V1');
    for (const page of pages) if (page.status === 'fulfilled') expect(page.value.url).toBe(url);
    expect(account.sandbox.state.customers()).toHaveLength(1);
    expect(account.sandbox.state.checkoutSessions()).toHaveLength(1);
  });

  it('closes an earlier page, so that two tabs cannot both be paid', async () => {
    const { id } = await seedOrganization(context, { seats: 0 });
    const earlier = await questions().checkout(id, 3, 'V1');
    const later = await questions().checkout(id, 4, 'V2');
    expect((await payOnPage(earlier.url)).redirectedTo).toBeNull();
    expect((await payOnPage(later.url)).redirectedTo).toMatch(urls.paid);
    expect(account.sandbox.state.subscriptions()).toHaveLength(1);
  });

  it('is refused while a subscription is there, though no webhook has told yet', async () => {
    const { id } = await seedOrganization(context, { seats: 0 });
    await payOnPage((await questions().checkout(id, 3, 'V1')).url);
    await expect(questions().checkout(id, 3, 'V2')).rejects.toMatchObject({ code: 'subscription_exists' });
    // So that its seats appear in a moment, as the refusal says.
    const [subscription] = account.sandbox.state.subscriptions();
    const read = await database.outboxRow.findMany({ where: { topic: 'subscription.read' } });
    expect(read.map(({ payload }) => payload)).toContainEqual({
      organizationId: id,
      subscriptionId: subscription?.id,
    });
  });

  it('makes another customer where somebody deleted the one there was', async () => {
    const { id } = await seedOrganization(context, { seats: 0 });
    await questions().checkout(id, 3, 'V1');
    const [first] = account.sandbox.state.customers();
    account.sandbox.dashboard.deleteCustomer(String(first?.id));
    await payOnPage((await questions().checkout(id, 3, 'V2')).url);
    const [subscription] = account.sandbox.state.subscriptions();
    expect(subscription?.customer).not.toBe(first?.id);
    expect(await database.organization.findUnique({ where: { id } })).toMatchObject({
      stripeCustomerId: subscription?.customer,
    });
  });

  it('gets past a failure that Stripe stored', async () => {
    const { id } = await seedOrganization(context, { seats: 0 });
    account.sandbox.faults.next({ kind: '500-stored', method: 'POST', path: '/v1/customers' });
    expect((await questions().checkout(id, 3, 'V1')).url).toContain('http');
    expect(account.sandbox.state.customers()).toHaveLength(1);
  });

  it('says that the price is missing where Stripe was never set up', async () => {
    const [price] = (await account.stripe.prices.list({ active: true })).data;
    await account.stripe.prices.update(String(price?.id), { active: false });
    const { id } = await seedOrganization(context, { seats: 0 });
    await expect(questions().checkout(id, 3, 'V1')).rejects.toThrow('stripe:setup');
  });
});

describe('the preview', () => {
  it('is the whole month without a subscription', async () => {
    const { id } = await seedOrganization(context, { seats: 0 });
    expect(await questions().preview(id, 3)).toEqual({
      amountDue: 1797,
      tax: null,
      newMonthlyTotal: 1797,
      currency: 'gbp',
      prorationAt: context.now(),
      nextInvoiceAt: null,
      endsAt: null,
    });
  });

  it('is prorated from now with one', async () => {
    const { customerId, subscriptionId } = await account.subscribe(3);
    const { id } = await seedOrganization(context, { seats: 3 });
    const data = { subscriptionId, stripeCustomerId: customerId };
    await database.organization.update({ where: { id }, data });
    account.sandbox.clock.advance({ days: 15 });
    context.advance({ days: 15 });
    expect(await questions().preview(id, 5)).toMatchObject({
      amountDue: 599,
      prorationAt: context.now(),
    });
    expect(await questions().preview(id, 1)).toMatchObject({ amountDue: -599 });
  });
});
