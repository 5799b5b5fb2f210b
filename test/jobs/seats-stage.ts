import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { pino } from 'pino';
import type Stripe from 'stripe';
import { createBillingQuestions } from '../../src/clients/stripe/billing-questions.ts';
import { createStripe } from '../../src/clients/stripe/client.ts';
import { connectStripe } from '../../src/clients/stripe/connection.ts';
import { setUpStripe } from '../../src/clients/stripe/setup.ts';
import { createWebhookVerifier } from '../../src/clients/stripe/webhook-signature.ts';
import { createDatabase, type Database, type Prisma, type SeatChange } from '../../src/database/client.ts';
import type { Notice } from '../../src/domain/notices.ts';
import { requestSeatChange } from '../../src/domain/seats/request-seat-change.ts';
import { checkoutFollow } from '../../src/jobs/checkout-follow.ts';
import { customerUpdate } from '../../src/jobs/customer-update.ts';
import { startJobs } from '../../src/jobs/engine.ts';
import type { BillingJobContext } from '../../src/jobs/follow-subscription.ts';
import { invoiceFinalize } from '../../src/jobs/invoice-finalize.ts';
import type { ReconcileContext } from '../../src/jobs/reconcile/page.ts';
import { reconcilePage } from '../../src/jobs/reconcile.ts';
import { seatsCarry } from '../../src/jobs/seats-carry.ts';
import { stripeEvent } from '../../src/jobs/stripe-event.ts';
import { subscriptionRead } from '../../src/jobs/subscription-read.ts';
import { subscriptionUnwind } from '../../src/jobs/subscription-unwind.ts';
import { startServer } from '../../src/web/server.ts';
import { stripeWebhookRoutes } from '../../src/web/stripe-webhook.ts';
import { type StripeSandbox, startStripeSandbox } from '../sandbox/stripe/server.ts';
import { payOnPage } from '../sandbox/stripe/shopper.ts';
import { START, type TestContext, testContext } from '../setup/context.ts';
import { createTestDatabase } from '../setup/database.ts';
import { type SeededOrganization, seedOrganization } from '../setup/organization.ts';
import type { TestBackend } from '../setup/redis.ts';

export interface BillingStage {
  sandbox: StripeSandbox;
  /** Stripe's library, for what the product does not do itself. */
  stripe: Stripe;
  database: Database;
  databaseUrl: string;
  context: TestContext;
  /** Where the product listens. */
  url: string;
  /** What was logged at `error`. */
  errors: Record<string, unknown>[];
  /** Lets effects lie in the outbox. */
  stopWorker(): Promise<void>;
  startWorker(): Promise<void>;
  /** An organization that has paid for its seats in Checkout. */
  subscribed(seats: number): Promise<SubscribedOrganization>;
  /** The Owner wants another number. */
  want(organization: SeededOrganization, quantity: number): Promise<string>;
  /** A subscription in the same Stripe account that is none of the product's. */
  sellToStranger(): Promise<void>;
  /** Leaves a customer without a card. */
  removeCards(customerId: string): Promise<void>;
  /** Moves both clocks, the product's and Stripe's. */
  advance(by: { seconds?: number; days?: number }): void;
  /** Resolves when no webhook is under way and no job is due. */
  settle(): Promise<void>;
  /** settle(), and again ten minutes later while a job waits for its next try, `times` times at most. */
  settleWithRetries(times?: number): Promise<void>;
  purchased(organization: SeededOrganization): Promise<number>;
  changes(organization: SeededOrganization): Promise<SeatChange[]>;
  notices(organization: SeededOrganization): Promise<Notice[]>;
  stop(): Promise<void>;
}

export interface SubscribedOrganization extends SeededOrganization {
  customerId: string;
  subscriptionId: string;
  /** What Stripe bills for. */
  quantity(): number | undefined;
  /** What was taken from the card, in pence. */
  taken(): number;
}

const topics = [
  'billing.reconcile',
  'invoice.finalize',
  'seats.carry',
  'stripe.event',
  'subscription.read',
  'subscription.unwind',
];
/** Looked at again and again while a page is open: done when it is due, and not waited for. */
const dueTopics = [...topics, 'checkout.follow', 'customer.update'];

export interface BillingOptions {
  backend: TestBackend;
  /** Stands between the product and Stripe. */
  apiBase?: (sandbox: StripeSandbox) => Promise<string>;
}

/** The billing side of the product, wired as app.ts does, on a database of its own and before the double of Stripe. */
export async function startBilling({ backend, apiBase }: BillingOptions): Promise<BillingStage> {
  const sandbox = await startStripeSandbox({ now: START });
  sandbox.webhooks.signingClock = 'sandbox';
  const server = await createTestDatabase();
  const database = createDatabase(server.url, { poolSize: 20 });
  const context = testContext(database);
  const options = { secretKey: sandbox.secretKey, apiBase: (await apiBase?.(sandbox)) ?? sandbox.url };
  const stripe = createStripe(options);
  const library = connectStripe({ ...options, apiBase: sandbox.url });
  await setUpStripe(library, () => {});
  const errors: Record<string, unknown>[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void errors.push(JSON.parse(line)) });
  const web = await startServer({
    port: 0,
    host: '127.0.0.1',
    slack: { handle: (_, response) => void response.destroy(), idle: async () => {} },
    pages: new Hono<{ Bindings: HttpBindings }>().route(
      '/',
      stripeWebhookRoutes({ context, verifyStripeEvent: createWebhookVerifier(sandbox.webhookSecret) }),
    ),
    log,
  });
  const url = `http://127.0.0.1:${web.port}`;
  sandbox.webhooks.url = `${url}/stripe/webhook`;
  const startWorker = () =>
    startJobs<BillingJobContext & ReconcileContext>({
      context: { ...context, stripe, pacedStripe: stripe },
      connectionString: server.url,
      redisUrl: backend.redisUrl,
      registry: {
        'billing.reconcile': reconcilePage(),
        'checkout.follow': checkoutFollow,
        'customer.update': customerUpdate,
        'invoice.finalize': invoiceFinalize,
        'seats.carry': seatsCarry,
        'stripe.event': stripeEvent,
        'subscription.read': subscriptionRead,
        'subscription.unwind': subscriptionUnwind,
      },
      log,
      pace: { lockMs: 1000, stalledMs: 500 },
    });
  let jobs = await startWorker();
  const questions = createBillingQuestions(context, stripe, { paid: `${url}/paid`, left: `${url}/left` });
  const waiting = (due: Prisma.OutboxRowWhereInput = {}) =>
    database.outboxRow.count({
      where: { ...due, topic: { in: due.availableAt ? dueTopics : topics }, status: 'pending' },
    });
  const stage: BillingStage = {
    sandbox,
    stripe: library,
    database,
    databaseUrl: server.url,
    context,
    url,
    errors,
    stopWorker: () => jobs.stop(),
    async startWorker() {
      jobs = await startWorker();
    },
    async subscribed(seats) {
      const organization = await seedOrganization(context, { seats: 0 });
      const page = await questions.checkout(organization.id, seats, organization.id);
      await payOnPage(page.url);
      await stage.settle();
      const row = await database.organization.findUniqueOrThrow({ where: { id: organization.id } });
      const [customerId, subscriptionId] = [String(row.stripeCustomerId), String(row.subscriptionId)];
      return {
        ...organization,
        customerId,
        subscriptionId,
        quantity: () => sandbox.state.subscription(subscriptionId).items.data[0]?.quantity,
        taken: () => sandbox.state.taken({ customer: customerId }),
      };
    },
    async want({ owner }, quantity) {
      const outcome = await requestSeatChange(context, owner, { quantity });
      if (outcome.kind !== 'recorded') throw new Error('There is no subscription.');
      return outcome.seatChangeId;
    },
    async sellToStranger() {
      const card = 'pm_card_visa';
      const customer = await library.customers.create({
        payment_method: card,
        invoice_settings: { default_payment_method: card },
      });
      const [price] = (await library.prices.list({ active: true })).data;
      const items = [{ price: String(price?.id), quantity: 9 }];
      await library.subscriptions.create({ customer: customer.id, items });
    },
    async removeCards(customer) {
      const { data } = await library.paymentMethods.list({ customer });
      for (const { id } of data) await library.paymentMethods.detach(id);
    },
    advance(by) {
      context.advance(by);
      sandbox.clock.advance(by);
      jobs.wake();
    },
    async settle() {
      for (let busy = true; busy; ) {
        await sandbox.webhooks.settled();
        await jobs.runUntilIdle();
        busy = (await waiting({ availableAt: { lte: context.now() } })) > 0;
      }
    },
    async settleWithRetries(times = 10) {
      await stage.settle();
      for (let time = 0; time < times && (await waiting()) > 0; time++) {
        stage.advance({ seconds: 600 });
        await stage.settle();
      }
    },
    purchased: async ({ id }) =>
      (await database.organization.findUniqueOrThrow({ where: { id } })).seatsPurchased,
    changes: ({ id }) =>
      database.seatChange.findMany({ where: { organizationId: id }, orderBy: { id: 'asc' } }),
    async notices({ teamId }) {
      const rows = await database.outboxRow.findMany({ where: { topic: 'notice' }, orderBy: { id: 'asc' } });
      return rows
        .map(({ payload }) => payload as { teamId: string; notice: Notice })
        .filter((payload) => payload.teamId === teamId && payload.notice.kind !== 'subscription_started')
        .map(({ notice }) => notice);
    },
    async stop() {
      await sandbox.close();
      await web.stop();
      await jobs.stop();
      await database.$disconnect();
      await server.drop();
    },
  };
  return stage;
}
