import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createDatabase, type Database } from '../../src/database/client.ts';
import { type Outbox, openOutbox } from '../../src/database/outbox.ts';
import { createTestDatabase, type TestDatabase } from '../setup/database.ts';
import { BillingRun } from './billing-run.ts';
import { rareStories, type Story, story } from './billing-steps.ts';
import { expectConverged, settle, take } from './live-through.ts';

const RUNS = Number(process.env.BILLING_RUNS || 25);
const SEED = Number(process.env.BILLING_SEED || 0) || undefined;

let server: TestDatabase;
let database: Database;
let outbox: Outbox;

beforeAll(async () => {
  server = await createTestDatabase();
  database = createDatabase(server.url);
  outbox = openOutbox(server.url);
  // Nothing here has to outlive the test.
  await database.$executeRawUnsafe(
    `ALTER DATABASE ${new URL(server.url).pathname.slice(1)} SET synchronous_commit = off`,
  );
});
afterAll(async () => {
  await outbox.close();
  await database.$disconnect();
  await server.drop();
});

async function liveThrough({ seats, steps }: Story): Promise<void> {
  const run = await BillingRun.start(database, outbox, { seats });
  try {
    for (const step of steps) await take(run, step);
    await settle(run);
    await expectConverged(run);
  } finally {
    await run.stop();
  }
}

describe('billing', () => {
  it('ends where Stripe stands, with the right money taken, whatever happens', {
    timeout: 3_600_000,
  }, async () => {
    await fc.assert(fc.asyncProperty(story, liveThrough), {
      numRuns: RUNS,
      examples: rareStories.map((one) => [one] as [Story]),
      ...(SEED !== undefined && { seed: SEED }),
      ...(process.env.BILLING_PATH && { path: process.env.BILLING_PATH }),
      interruptAfterTimeLimit: 3_500_000,
    });
  });
});
