import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { createStripe, type StripeClient } from '../../src/clients/stripe/client.ts';
import { Refusal } from '../../src/domain/errors.ts';
import { failDeletion } from '../../src/domain/organizations/deletion/carry-deletion.ts';
import { claimDeletion } from '../../src/domain/organizations/deletion/finish-deletion.ts';
import { undoDeletion } from '../../src/domain/organizations/deletion/undo-deletion.ts';
import { deletionCarry } from '../../src/jobs/deletion-carry.ts';
import { deletionFinish } from '../../src/jobs/deletion-finish.ts';
import { deletionRelease } from '../../src/jobs/deletion-release.ts';
import type { BillingJobContext } from '../../src/jobs/follow-subscription.ts';
import type { JobRun } from '../../src/jobs/job.ts';
import { queueBackends } from '../setup/redis.ts';
import { useWorld } from '../setup/world.ts';
import { type DeletionStage, foundForDeletion } from './deletion-stage.ts';

const [backend] = await queueBackends();
if (!backend) throw new Error('There is no store for the queues.');
const run: JobRun = { outboxId: 'test', attempt: 1, log: pino({ level: 'silent' }) };

type Around = { before?: () => Promise<unknown>; after?: () => Promise<unknown> };

describe('deletion and undo', () => {
  const world = useWorld(backend);
  let stage: DeletionStage;

  beforeEach(async () => {
    stage = await foundForDeletion(world);
  });

  /** The context of a job in which something happens around the first use of a call to Stripe. */
  function around(call: keyof StripeClient, { before, after }: Around): BillingJobContext {
    const client = createStripe({ secretKey: world.stripe.secretKey, apiBase: world.stripe.url });
    let used = false;
    const stripe = new Proxy(client, {
      get(target, name: keyof StripeClient) {
        const original = target[name] as (...given: unknown[]) => Promise<unknown>;
        if (name !== call) return original;
        return async (...given: unknown[]) => {
          if (used) return original(...given);
          used = true;
          await before?.();
          const answer = await original(...given);
          await after?.();
          return answer;
        };
      },
    });
    return { ...world.product.context, stripe };
  }

  const died = async () => {
    throw new Error('The process died.');
  };

  const marks = () =>
    world.product.context.database.organizationDeletion.count({
      where: { organizationId: stage.organizationId, subscriptionId: { not: null } },
    });

  it.each([
    ['closeCheckouts', 'before'],
    ['readSubscription', 'before'],
    ['readSubscription', 'after'],
    ['setEnding', 'before'],
    ['setEnding', 'after'],
  ] as const)(
    'an undo %s (%s) while the billing is being stopped takes back what was done',
    async (call, when) => {
      await world.product.jobs?.stop();
      const deletionId = await stage.remove();
      await deletionCarry.run(around(call, { [when]: stage.keep }), { deletionId }, run);
      await deletionRelease.run(around('setEnding', {}), { deletionId }, run);
      expect([await stage.status(), stage.ends(), await marks()]).toEqual(['undone', false, 0]);
      await world.restart();
      await world.settle();
      expect([await stage.status(), stage.ends(), await marks()]).toEqual(['undone', false, 0]);
      expect(await stage.files(stage.owner)).toEqual([]);
    },
  );

  it('an undo whose job is faster than the carrying one is taken back by that one', async () => {
    await world.product.jobs?.stop();
    const deletionId = await stage.remove();
    const undone = async () => {
      await stage.keep();
      await deletionRelease.run(around('setEnding', {}), { deletionId }, run);
    };
    await deletionCarry.run(around('setEnding', { before: undone }), { deletionId }, run);
    expect([await stage.status(), stage.ends(), await marks()]).toEqual(['undone', false, 0]);
    await world.restart();
  });

  it('a new deletion that begins while the last one is taken back wins, and its own undo gives all back', async () => {
    await stage.remove();
    await world.settle();
    expect(stage.ends()).toBe(true);
    await world.product.jobs?.stop();
    const { id: deletionId } = await world.product.context.database.organizationDeletion.findFirstOrThrow({
      where: { organizationId: stage.organizationId },
    });
    await stage.keep();
    let second = '';
    const again = async () => {
      second = await stage.remove();
      await deletionCarry.run(around('setEnding', {}), { deletionId: second }, run);
    };
    await deletionRelease.run(around('setEnding', { before: again }), { deletionId }, run);
    expect(stage.ends()).toBe(true);
    await world.restart();
    await world.settle();
    expect([await stage.status(), stage.ends()]).toEqual(['scheduled', true]);
    await stage.keep();
    await world.settle();
    expect([await stage.status(), stage.ends(), await marks()]).toEqual(['undone', false, 0]);
  });

  it('a second deletion that fails gives back what the first had set, though that one’s job left it to the second', async () => {
    await stage.remove();
    await world.settle();
    await world.product.jobs?.stop();
    const { context } = world.product;
    const first = await context.database.organizationDeletion.findFirstOrThrow({
      where: { organizationId: stage.organizationId },
    });
    await stage.keep();
    const second = await stage.remove();
    await deletionRelease.run(around('setEnding', {}), { deletionId: first.id }, run);
    expect(stage.ends()).toBe(true);
    await context.database.$transaction((transaction) =>
      failDeletion(transaction, context, second, 'A test.'),
    );
    await deletionRelease.run(around('setEnding', {}), { deletionId: second }, run);
    expect([await stage.status(), stage.ends(), await marks()]).toEqual(['failed', false, 0]);
    await world.restart();
  });

  it('at the last moment one of both wins wholly', async () => {
    const { context } = world.product;
    const outcomes = new Set<string>();
    for (let round = 0; round < 12; round++) {
      const deletionId = context.newId();
      const deleteAt = context.now();
      await context.database.organizationDeletion.create({
        data: {
          id: deletionId,
          organizationId: stage.organizationId,
          teamId: stage.team,
          status: 'scheduled',
          requestedBy: stage.owner.user.id,
          requestedAt: deleteAt,
          deleteAt,
        },
      });
      // Two processes whose clocks differ by a second.
      const slow = { ...context, now: () => new Date(deleteAt.getTime() - 500) };
      const actor = await stage.actor();
      const [undone, claimed] = await Promise.all([
        undoDeletion(slow, actor).then(
          () => 'kept',
          (error: unknown) => (error instanceof Refusal ? error.code : 'broken'),
        ),
        claimDeletion(context, deletionId).then(({ kind }) => kind),
      ]);
      outcomes.add(`${undone}, ${claimed}`);
      await context.database.organizationDeletion.delete({ where: { id: deletionId } });
    }
    for (const outcome of outcomes) expect(['kept, settled', 'deletion_done, claimed']).toContain(outcome);
  });

  it('one second after its moment an undo is refused, though nothing has happened yet', async () => {
    await stage.remove();
    await world.settle();
    await world.product.jobs?.stop();
    await world.advance({ days: 7, seconds: 1 });
    await expect(stage.keep()).rejects.toMatchObject({ code: 'deletion_done' });
    await world.restart();
    await world.settle();
    expect(await stage.isThere()).toBe(false);
  });

  it('what the Owner had canceled at Stripe stays canceled when the organization is kept', async () => {
    world.stripe.dashboard.cancel(stage.subscriptionId, { atPeriodEnd: true });
    await world.settle();
    await stage.remove();
    await world.settle();
    expect(await stage.status()).toBe('scheduled');
    await stage.keep();
    await world.settle();
    expect([await stage.status(), stage.ends()]).toEqual(['undone', true]);
  });

  it.each([
    ['closeCheckouts', 'before'],
    ['readSubscription', 'after'],
    ['setEnding', 'before'],
    ['setEnding', 'after'],
  ] as const)(
    'a worker that dies at %s (%s) leaves it to the next, and an undo finds what it did',
    async (call, when) => {
      await world.product.jobs?.stop();
      const deletionId = await stage.remove();
      const dying = () => deletionCarry.run(around(call, { [when]: died }), { deletionId }, run);
      await expect(dying()).rejects.toThrow('The process died.');
      await expect(dying()).rejects.toThrow('The process died.');
      await world.restart();
      await world.settle();
      expect([await stage.status(), stage.ends()]).toEqual(['scheduled', true]);
      await stage.keep();
      await world.settle();
      expect([await stage.status(), stage.ends(), await marks()]).toEqual(['undone', false, 0]);
    },
  );

  it.each(['before', 'after'] as const)(
    'a worker that dies %s the last cancellation deletes nothing',
    async (when) => {
      const deletionId = await stage.remove();
      await world.settle();
      await world.product.jobs?.stop();
      await world.advance({ days: 7, seconds: 1 });
      const dying = deletionFinish.run(around('cancelForGood', { [when]: died }), { deletionId }, run);
      await expect(dying).rejects.toThrow('The process died.');
      expect([await stage.isThere(), await stage.status()]).toEqual([true, 'deleting']);
      await world.restart();
      await world.settle();
      expect([await stage.isThere(), await stage.status()]).toEqual([false, 'done']);
      expect(world.stripe.state.subscription(stage.subscriptionId).status).toBe('canceled');
    },
  );
});
