import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requestSeatChange } from '../../src/domain/seats/request-seat-change.ts';
import { openWorld, type TestWorld } from '../setup/desk.ts';
import { type DeletionStage, foundForDeletion } from './deletion-stage.ts';

describe('a deletion in which something fails', () => {
  let world: TestWorld;
  let stage: DeletionStage;

  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.stop());
  beforeEach(async () => {
    stage = await foundForDeletion(world);
  });

  /** Lets what waits for its next try have it, until nothing waits or it was given up. */
  async function settleWithRetries(times = 12): Promise<void> {
    await world.settle();
    for (let time = 0; time < times; time++) {
      await world.advance({ seconds: 5400 });
      await world.settle();
    }
  }

  const lastTold = async () => (await stage.told(stage.owner)).at(-1);
  const stripeAway = (method: 'POST' | 'DELETE', times: number) =>
    world.stripe.faults.next({ kind: '500-before', times, method, path: '/v1/subscriptions/*' });

  it('goes on where Stripe was away for a while', async () => {
    stripeAway('POST', 3);
    await stage.remove();
    await settleWithRetries(3);
    expect([await stage.status(), stage.ends()]).toEqual(['scheduled', true]);
    expect(await stage.files(stage.owner)).toHaveLength(1);
  });

  it('deletes nothing where Stripe stays away: the organization is open again, and the Owner reads why', async () => {
    stripeAway('POST', 9);
    await stage.remove();
    await settleWithRetries();
    world.stripe.faults.clear();
    expect(await stage.status()).toBe('failed');
    expect(await lastTold()).toContain('was not deleted, and is open again. Stripe could not be told');
    expect((await stage.actor()).readOnly).toBeNull();
    expect([stage.ends(), await stage.files(stage.owner)]).toEqual([false, []]);
  });

  it('keeps the subscription where the data cannot be handed over, and tells what an admin has to do', async () => {
    world.slack.faults.next({ method: 'files.getUploadURLExternal', kind: 'error', error: 'missing_scope' });
    await stage.remove();
    await world.settle();
    expect([await stage.status(), stage.ends()]).toEqual(['failed', false]);
    expect(await lastTold()).toContain(`has to install it again: ${world.url}/slack/install`);
    expect((await stage.actor()).readOnly).toBeNull();
    await stage.remove();
    await world.settle();
    expect([await stage.status(), stage.ends()]).toEqual(['scheduled', true]);
  });

  it('is given up where the app was removed before the data was handed over', async () => {
    await world.product.jobs?.stop();
    await stage.remove();
    const { uninstalled } = world.slack.uninstall(stage.team);
    await world.slack.sendEvent(stage.team, uninstalled);
    await world.restart();
    await world.settle();
    expect([await stage.status(), stage.ends(), await stage.isThere()]).toEqual(['failed', false, true]);
  });

  it('happens all the same where the app is removed during the seven days', async () => {
    await stage.remove();
    await world.settle();
    const { uninstalled } = world.slack.uninstall(stage.team);
    await world.slack.sendEvent(stage.team, uninstalled);
    await world.settle();
    await world.advance({ days: 7, seconds: 1 });
    await world.settle();
    expect([await stage.status(), await stage.isThere()]).toEqual(['done', false]);
    expect(world.stripe.state.subscription(stage.subscriptionId).status).toBe('canceled');
  });

  it.each([
    ['files.completeUploadExternal', 'acted-then-drop'],
    ['files.getUploadURLExternal', '500'],
    ['conversations.open', '429'],
  ] as const)('hands the data over once where %s fails (%s)', async (method, kind) => {
    world.slack.faults.next({ method, kind });
    await stage.remove();
    await settleWithRetries(2);
    expect(await stage.status()).toBe('scheduled');
    expect(await stage.files(stage.owner)).toHaveLength(1);
  });

  it('deletes nothing while the last cancellation cannot be made, and goes on by itself when it can', async () => {
    await stage.remove();
    await world.settle();
    stripeAway('DELETE', 100);
    await world.advance({ days: 7, seconds: 1 });
    await settleWithRetries();
    expect([await stage.status(), await stage.isThere()]).toEqual(['deleting', true]);
    const parked = await world.product.context.database.outboxRow.findMany({ where: { status: 'parked' } });
    expect(parked.some(({ topic }) => topic === 'deletion.finish')).toBe(true);
    world.stripe.faults.clear();
    await world.advance({ days: 1, seconds: 60 });
    await world.settle();
    expect([await stage.status(), await stage.isThere()]).toEqual(['done', false]);
  });

  it('tells the Owner who keeps it that the subscription ends, where Stripe cannot be told for hours', async () => {
    await stage.remove();
    await world.settle();
    stripeAway('POST', 9);
    await stage.keep();
    await settleWithRetries();
    world.stripe.faults.clear();
    expect([await stage.status(), stage.ends()]).toEqual(['undone', true]);
    expect(await lastTold()).toContain('ends on');
    expect(await lastTold()).toContain('`/org billing`');
  });

  it('withdraws a change that waits for its payment, so that paying it later buys nothing', async () => {
    world.stripe.dashboard.setCard(stage.customerId, 'pm_card_authenticationRequired');
    await requestSeatChange(world.product.context, await stage.actor(), { quantity: 6 });
    await world.settle();
    expect(world.stripe.state.subscription(stage.subscriptionId).pending_update).not.toBeNull();
    const taken = world.stripe.state.taken({ customer: stage.customerId });
    await stage.remove();
    await world.settle();
    const subscription = world.stripe.state.subscription(stage.subscriptionId);
    expect([subscription.pending_update, subscription.cancel_at_period_end]).toEqual([null, true]);
    expect(world.stripe.state.invoices({ subscription: stage.subscriptionId }).at(-1)?.status).toBe('void');
    await stage.keep();
    await world.settle();
    expect(await stage.figures(stage.owner)).toEqual(['3', '1', '£17.97']);
    expect(world.stripe.state.taken({ customer: stage.customerId })).toBe(taken);
  });

  it('has nothing to stop where the customer was deleted at Stripe', async () => {
    world.stripe.dashboard.deleteCustomer(stage.customerId);
    await world.settle();
    await stage.remove();
    await world.settle();
    expect(await stage.status()).toBe('scheduled');
    await world.advance({ days: 7, seconds: 1 });
    await world.settle();
    expect(await stage.isThere()).toBe(false);
  });
});
