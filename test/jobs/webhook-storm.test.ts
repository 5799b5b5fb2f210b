import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { webhookEvents } from '../../src/clients/stripe/setup.ts';
import type { SubscriptionStatus } from '../../src/database/client.ts';
import { keepReconciling } from '../../src/domain/billing/reconciliation/begin.ts';
import { grantsSeats } from '../../src/domain/billing/subscription.ts';
import { payOnPage } from '../sandbox/stripe/shopper.ts';
import { queueBackends } from '../setup/redis.ts';
import { type BillingStage, type SubscribedOrganization, startBilling } from './seats-stage.ts';

const COPIES = 100;
/** Orders the storm; printed with it, and taken from the environment to have the same one again. */
const SEED = Number(process.env.STORM_SEED || Math.floor(Math.random() * 1_000_000) + 1);

/** What an endpoint that was set up as we say is not sent. */
const unwanted = ({ type }: { type: string }) => !(webhookEvents as readonly string[]).includes(type);

let stage: BillingStage;
let organization: SubscribedOrganization;

/** Chance from a seed (Park and Miller). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** What a subscription lives through; what each part has the Owner be told. */
const life: { what: string; told: string[]; act: () => Promise<unknown> | unknown }[] = [
  { what: 'more seats', told: ['seats_applied'], act: () => stage.want(organization, 5) },
  { what: 'fewer seats', told: ['seats_applied'], act: () => stage.want(organization, 4) },
  {
    what: 'a payment that asks the bank',
    told: ['seats_awaiting_payment', 'seats_applied'],
    async act() {
      stage.sandbox.cards.requireAuthentication(organization.customerId);
      await stage.want(organization, 7);
      await stage.settle();
      stage.sandbox.dashboard.completeAuthentication(organization.subscriptionId);
      stage.sandbox.cards.accept(organization.customerId);
    },
  },
  {
    what: 'a decline that nobody pays',
    told: ['seats_awaiting_payment', 'seats_refused'],
    async act() {
      stage.sandbox.cards.decline(organization.customerId);
      await stage.want(organization, 9);
      await stage.settle();
      stage.advance({ days: 1 });
    },
  },
  {
    what: 'another number by a hand at Stripe',
    told: ['seats_changed_at_stripe'],
    act: () => stage.sandbox.dashboard.changeQuantity(organization.subscriptionId, 6),
  },
  {
    what: 'a renewal',
    told: [],
    act() {
      stage.sandbox.cards.accept(organization.customerId);
      stage.advance({ days: 31 });
    },
  },
  {
    what: 'a renewal that is declined',
    told: ['payment_overdue'],
    act() {
      stage.sandbox.cards.decline(organization.customerId);
      stage.advance({ days: 31 });
    },
  },
  {
    what: 'its payment',
    told: ['payment_settled'],
    async act() {
      stage.sandbox.cards.accept(organization.customerId);
      const invoices = stage.sandbox.state.invoices({ subscription: organization.subscriptionId });
      await payOnPage(String(invoices.at(-1)?.hosted_invoice_url));
    },
  },
  {
    what: 'a cancellation',
    told: ['subscription_ending'],
    act: () => stage.sandbox.dashboard.cancel(organization.subscriptionId, { atPeriodEnd: true }),
  },
  {
    what: 'a second thought',
    told: ['subscription_kept'],
    act: () => stage.sandbox.dashboard.keep(organization.subscriptionId),
  },
  {
    what: 'the end',
    told: ['subscription_ended'],
    act: () => stage.sandbox.dashboard.cancel(organization.subscriptionId),
  },
];

/** The organization is where Stripe is. */
async function expectStripesState(what: string): Promise<void> {
  const { status } = stage.sandbox.state.subscription(organization.subscriptionId);
  const row = await stage.database.organization.findUniqueOrThrow({ where: { id: organization.id } });
  const paidFor = grantsSeats(status as SubscriptionStatus) ? organization.quantity() : 0;
  expect([row.subscriptionStatus, row.seatsPurchased], what).toEqual([status, paidFor]);
}

describe.each(await queueBackends())(`a storm of webhooks (STORM_SEED=${SEED}), on $name`, (backend) => {
  beforeEach(async () => {
    stage = await startBilling({ backend });
    organization = await stage.subscribed(3);
  });
  afterEach(() => stage.stop());

  it('in which each comes 100 times, in any order, leaves a whole life as Stripe has it', {
    timeout: 300_000,
  }, async () => {
    const { webhooks, state } = stage.sandbox;
    const random = chance(SEED);
    const told: string[] = [];
    webhooks.drop(unwanted);
    for (const { what, told: news, act } of life) {
      webhooks.hold();
      await act();
      await stage.settle();
      webhooks.release({ shuffle: true, copies: COPIES, parallel: 16, random });
      await stage.settle();
      await expectStripesState(what);
      told.push(...news);
      expect(
        (await stage.notices(organization)).map(({ kind }) => kind),
        what,
      ).toEqual(told);
    }
    const rows = await stage.database.intake.findMany({ where: { key: { startsWith: 'stripe:' } } });
    const sent = new Set(webhooks.attempts.map(({ event }) => `stripe:${event}`));
    expect(new Set(rows.map(({ key }) => key))).toEqual(sent);
    expect(rows.every(({ handledAt, body }) => handledAt !== null && body === null)).toBe(true);
    expect(webhooks.attempts.length).toBeGreaterThan(COPIES * 20);
    expect(webhooks.attempts.filter(({ status }) => status !== 200)).toEqual([]);
    expect((await stage.changes(organization)).filter(({ settledAt }) => settledAt === null)).toEqual([]);
    const paid = state
      .invoices({ customer: organization.customerId })
      .filter(({ status }) => status === 'paid');
    expect(organization.taken()).toBe(paid.reduce((sum, { amount_paid }) => sum + amount_paid, 0));
    expect(stage.errors).toEqual([]);
  });

  it('of which a half is lost leaves it as Stripe has it by the next reconciliation', {
    timeout: 300_000,
  }, async () => {
    const { webhooks } = stage.sandbox;
    const random = chance(SEED);
    for (const { what, act } of life) {
      webhooks.drop((event) => unwanted(event) || random() < 0.5);
      webhooks.hold();
      await act();
      await stage.settle();
      webhooks.release({ shuffle: true, copies: 3, parallel: 8, random });
      await stage.settleWithRetries(0);
      stage.advance({ days: 1 });
      await stage.settle();
      webhooks.drop();
      await keepReconciling(stage.context);
      await stage.settle();
      await expectStripesState(what);
    }
    const kinds = (await stage.notices(organization)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'subscription_ended')).toHaveLength(1);
    expect((await stage.changes(organization)).filter(({ settledAt }) => settledAt === null)).toEqual([]);
  });
});
