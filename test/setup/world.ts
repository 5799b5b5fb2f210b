import { afterAll, beforeAll, expect } from 'vitest';
import { startWorld, type World } from '../sandbox/world.ts';
import { createTestDatabase } from './database.ts';
import type { TestBackend } from './redis.ts';

/**
 * The whole product between the doubles on a database of its own, for the tests of the `describe` that calls this. At its
 * end nothing may have been broken on the way, whatever the tests themselves looked at.
 */
export function useWorld(backend: TestBackend, environment: NodeJS.ProcessEnv = {}): World {
  const world = {} as World;
  let stop = async () => {};

  beforeAll(async () => {
    const { url, drop } = await createTestDatabase();
    const started = await startWorld({
      environment: { DATABASE_URL: url, REDIS_URL: backend.redisUrl, ...environment },
    });
    Object.assign(world, started);
    // What restart() replaces is seen here too.
    Object.defineProperty(world, 'product', { get: () => started.product });
    stop = async () => {
      await started.stop();
      await drop();
    };
  });

  afterAll(async () => {
    try {
      await world.settle();
      await expectUnbroken(world);
    } finally {
      await stop();
    }
  });
  return world;
}

/** Slack took every answer in time, every event of Stripe's arrived; nothing was logged as an error; no effect was given up. */
export async function expectUnbroken({ slack, stripe, logged, product }: World): Promise<void> {
  expect(slack.violations).toEqual([]);
  const taken = new Set(
    stripe.webhooks.attempts.filter(({ status }) => status === 200).map(({ event }) => event),
  );
  expect(stripe.webhooks.attempts.filter(({ event }) => !taken.has(event))).toEqual([]);
  expect(logged.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
  const { outboxRow } = product.context.database;
  expect(await outboxRow.findMany({ where: { status: 'parked' } })).toEqual([]);
}
