import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStripe, type StripeClient } from '../../src/clients/stripe/client.ts';
import type { JobRun } from '../../src/jobs/job.ts';
import { seatsCarry } from '../../src/jobs/seats-carry.ts';
import type { Fault } from '../sandbox/stripe/http/faults.ts';
import { queueBackends } from '../setup/redis.ts';
import { type BillingStage, type SubscribedOrganization, startBilling } from './seats-stage.ts';

const run: JobRun = { outboxId: 'test', attempt: 1, log: pino({ level: 'silent' }) };
let stage: BillingStage;

const updateFails = (kind: Fault['kind'], times = 1) =>
  stage.sandbox.faults.next({ kind, times, method: 'POST', path: '/v1/subscriptions/*' });
const updates = () => stage.sandbox.requests.matching('POST', '/v1/subscriptions/*');

/** One change at Stripe and here, charged once and told once. */
async function expectOneChange(organization: SubscribedOrganization, from: number, to: number) {
  expect(organization.quantity()).toBe(to);
  expect(await stage.purchased(organization)).toBe(to);
  expect(await stage.changes(organization)).toMatchObject([{ status: 'applied' }]);
  expect(organization.taken()).toBe(Math.max(from, to) * 599);
  const invoices = stage.sandbox.state.invoices({ subscription: organization.subscriptionId });
  expect(invoices).toHaveLength(to > from ? 2 : 1);
  expect((await stage.notices(organization)).map(({ kind }) => kind)).toEqual(['seats_applied']);
}

describe.each(await queueBackends())('on $name', (backend) => {
  beforeEach(async () => {
    stage = await startBilling({ backend });
  });
  afterEach(() => stage.stop());

  // stripe-node repeats a dropped call once by itself, so two drops are one lost answer.
  it.each([
    ['500-before', 1],
    ['500-stored', 1],
    ['acted-then-500-stored', 1],
    ['429', 1],
    ['lock-timeout', 1],
    ['drop-before', 2],
    ['acted-then-drop', 2],
    ['acted-then-drop', 4],
  ] as const)('makes one change after %s, %i times', async (kind, times) => {
    const organization = await stage.subscribed(3);
    updateFails(kind, times);
    await stage.want(organization, 5);
    await stage.settleWithRetries();
    await expectOneChange(organization, 3, 5);
  });

  it('makes one change after all webhooks were lost', async () => {
    const organization = await stage.subscribed(3);
    stage.sandbox.webhooks.drop();
    await stage.want(organization, 5);
    await stage.settle();
    await expectOneChange(organization, 3, 5);
  });

  it('tells the Owner when Stripe cannot be had, and makes the change when they want it again', async () => {
    const organization = await stage.subscribed(3);
    updateFails('500-stored', 100);
    await stage.want(organization, 5);
    await stage.settleWithRetries(60);
    expect(await stage.changes(organization)).toMatchObject([{ status: 'refused' }]);
    expect(await stage.notices(organization)).toMatchObject([
      { kind: 'seats_delayed', seats: 5 },
      { kind: 'seats_refused', seats: 5 },
    ]);
    expect(organization.taken()).toBe(3 * 599);
    expect(new Set(updates().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(updates().length);
    stage.sandbox.faults.clear();
    await stage.want(organization, 5);
    await stage.settle();
    expect(organization.quantity()).toBe(5);
    expect(stage.sandbox.state.invoices({ subscription: organization.subscriptionId })).toHaveLength(2);
  });

  it('tells the Owner once, at the third failed try, that Stripe cannot be reached, and makes the change when it can', async () => {
    const organization = await stage.subscribed(3);
    updateFails('500-stored', 5);
    await stage.want(organization, 5);
    await stage.settle();
    const told = async () => (await stage.notices(organization)).map(({ kind }) => kind);
    for (const [seconds, kinds] of [
      [10, []],
      [30, ['seats_delayed']],
      [90, ['seats_delayed']],
    ] as const) {
      stage.advance({ seconds });
      await stage.settle();
      expect(await told()).toEqual(kinds);
    }
    await stage.settleWithRetries();
    expect(await told()).toEqual(['seats_delayed', 'seats_applied']);
    expect(organization.taken()).toBe(5 * 599);
    // Every try was a new one for Stripe, and read the subscription before.
    expect(new Set(updates().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(updates().length);
    expect(stage.sandbox.state.invoices({ subscription: organization.subscriptionId })).toHaveLength(2);
  });

  it('gives back the seats of a decrease that could not be carried', async () => {
    const organization = await stage.subscribed(5);
    updateFails('500-before', 100);
    await stage.want(organization, 2);
    await stage.settleWithRetries(60);
    expect(await stage.changes(organization)).toMatchObject([{ status: 'refused' }]);
    expect(await stage.purchased(organization)).toBe(5);
    expect(organization.quantity()).toBe(5);
  });

  it('makes one change when the next try comes 25 hours later and Stripe has forgotten the key', async () => {
    const organization = await stage.subscribed(3);
    updateFails('acted-then-drop', 2);
    stage.sandbox.webhooks.drop();
    await stage.want(organization, 5);
    await stage.settle();
    expect(await stage.changes(organization)).toMatchObject([{ status: 'sent' }]);
    stage.advance({ seconds: 25 * 3600 });
    await stage.settleWithRetries();
    await expectOneChange(organization, 3, 5);
  });
});

describe('a worker that dies', () => {
  beforeEach(async () => {
    const [backend] = await queueBackends();
    if (!backend) throw new Error('There is no store for the queues.');
    stage = await startBilling({ backend });
  });
  afterEach(() => stage.stop());

  /** Runs the job as a worker does that dies at the `nth` use of a call: before Stripe hears of it, or after it has acted. */
  async function dieAt(
    seatChangeId: string,
    call: keyof StripeClient,
    nth: number,
    when: 'before' | 'after',
  ) {
    const client = createStripe({ secretKey: stage.sandbox.secretKey, apiBase: stage.sandbox.url });
    let uses = 0;
    const stripe = new Proxy(client, {
      get(target, name: keyof StripeClient) {
        const original = target[name] as (...given: unknown[]) => Promise<unknown>;
        if (name !== call) return original;
        return async (...given: unknown[]) => {
          uses += 1;
          if (uses !== nth) return original(...given);
          if (when === 'after') await original(...given);
          throw new Error('The process died.');
        };
      },
    });
    const died = seatsCarry.run({ ...stage.context, stripe }, { seatChangeId }, run);
    await expect(died).rejects.toThrow('The process died.');
  }

  it.each([
    ['readSubscription', 1, 'after', 5],
    ['changeQuantity', 1, 'before', 5],
    ['changeQuantity', 1, 'after', 5],
    ['readSubscription', 2, 'before', 5],
    ['readSubscription', 2, 'after', 5],
    ['changeQuantity', 1, 'before', 2],
    ['changeQuantity', 1, 'after', 2],
    ['readSubscription', 2, 'after', 2],
  ] as const)('at %s %i, %s it, and once more: one change to %i', async (call, nth, when, to) => {
    const organization = await stage.subscribed(3);
    stage.sandbox.webhooks.drop();
    await stage.stopWorker();
    const seatChangeId = await stage.want(organization, to);
    await dieAt(seatChangeId, call, nth, when);
    // A second run finds at its first reading what the first one did.
    const acted = organization.quantity() === to;
    await dieAt(seatChangeId, acted ? 'readSubscription' : call, acted ? 1 : nth, when);
    await stage.startWorker();
    await stage.settle();
    await expectOneChange(organization, 3, to);
  });
});
