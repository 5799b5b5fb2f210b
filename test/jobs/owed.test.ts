import { afterEach, beforeEach, expect, it } from 'vitest';
import { readOverview } from '../../src/domain/organizations/read-overview.ts';
import { overviewBlocks } from '../../src/slack/blocks/overview.ts';
import { payOnPage } from '../sandbox/stripe/shopper.ts';
import { queueBackends } from '../setup/redis.ts';
import { type BillingStage, type SubscribedOrganization, startBilling } from './seats-stage.ts';

let stage: BillingStage;

const row = ({ id }: SubscribedOrganization) =>
  stage.database.organization.findUniqueOrThrow({ where: { id } });
const kinds = async (organization: SubscribedOrganization) =>
  (await stage.notices(organization)).map(({ kind }) => kind);

async function days(count: number): Promise<void> {
  for (let day = 0; day < count; day++) {
    stage.advance({ days: 1 });
    await stage.settle();
  }
}

/** What the Owner sees above the overview, as JSON. */
async function banner({ owner }: SubscribedOrganization): Promise<string> {
  const around = { actor: owner, now: stage.context.now(), publicUrl: (path: string) => path };
  return JSON.stringify(overviewBlocks(await readOverview(stage.context, owner), around));
}

beforeEach(async () => {
  const [backend] = await queueBackends();
  if (!backend) throw new Error('There is no store for the queues.');
  stage = await startBilling({ backend });
});
afterEach(() => stage.stop());

it('a renewal that was declined stays overdue though a newer invoice was paid, until it is paid itself', async () => {
  const organization = await stage.subscribed(3);
  const { cards, state } = stage.sandbox;
  cards.decline(organization.customerId);
  await days(32);
  expect(await row(organization)).toMatchObject({ subscriptionStatus: 'past_due' });
  cards.accept(organization.customerId);
  await stage.want(organization, 5);
  await stage.settle();
  expect(await row(organization)).toMatchObject({ subscriptionStatus: 'active', seatsPurchased: 5 });
  const [open] = state
    .invoices({ subscription: organization.subscriptionId })
    .filter(({ status }) => status === 'open');
  expect(await stage.database.overdueInvoice.findMany()).toMatchObject([{ invoiceId: open?.id }]);
  expect(await kinds(organization)).not.toContain('payment_settled');
  expect(await banner(organization)).toContain('£17.97 is overdue.');
  await stage.stripe.invoices.pay(String(open?.id));
  await stage.settle();
  expect(await stage.database.overdueInvoice.count()).toBe(0);
  expect((await kinds(organization)).filter((kind) => kind === 'payment_settled')).toHaveLength(1);
  expect(await banner(organization)).not.toContain('overdue');
});

it('an unpaid subscription can be paid in every period, and its seats are back then', async () => {
  const organization = await stage.subscribed(3);
  const { cards, settings, state } = stage.sandbox;
  settings.afterRetries = 'unpaid';
  cards.decline(organization.customerId);
  await days(66);
  const invoices = state.invoices({ subscription: organization.subscriptionId });
  expect(invoices.filter(({ status }) => status === 'draft')).toEqual([]);
  const newest = invoices.find(
    ({ id }) => id === state.subscription(organization.subscriptionId).latest_invoice,
  );
  const url = String(newest?.hosted_invoice_url);
  // Once when the seats went, and once when another invoice was to be paid.
  const resting = (await stage.notices(organization)).filter(({ kind }) => kind === 'subscription_resting');
  expect(resting).toHaveLength(2);
  expect(resting[1]).toEqual({ kind: 'subscription_resting', status: 'unpaid', paymentUrl: url });
  expect(await banner(organization)).toContain(url);
  // Nothing was collected by itself.
  expect(newest).toMatchObject({ attempt_count: 0, status: 'open' });
  cards.accept(organization.customerId);
  await payOnPage(url);
  await stage.settle();
  expect(await row(organization)).toMatchObject({ subscriptionStatus: 'active', seatsPurchased: 3 });
});

it('a draft that Stripe does not make final is tried again', async () => {
  const organization = await stage.subscribed(3);
  const { cards, faults, settings, state } = stage.sandbox;
  settings.afterRetries = 'unpaid';
  cards.decline(organization.customerId);
  await days(55);
  faults.next({ kind: '500-stored', method: 'POST', path: '/v1/invoices/*/finalize', times: 1 });
  await days(8);
  await stage.settleWithRetries();
  const { latest_invoice: latest } = state.subscription(organization.subscriptionId);
  expect(state.invoices({}).find(({ id }) => id === latest)).toMatchObject({ status: 'open' });
});
