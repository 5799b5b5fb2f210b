import { pino } from 'pino';
import { afterEach, beforeEach } from 'vitest';
import { createDatabase, type Database } from '../../src/database/client.ts';
import { type Effect, effect } from '../../src/domain/effects.ts';
import { record } from '../../src/domain/record.ts';
import type { Pace } from '../../src/jobs/engine/pace.ts';
import { type Jobs, startJobs } from '../../src/jobs/engine.ts';
import type { Registry } from '../../src/jobs/job.ts';
import type { Schedules } from '../../src/jobs/schedules.ts';
import { type TestContext, testContext } from '../setup/context.ts';
import { createTestDatabase, type TestDatabase } from '../setup/database.ts';
import type { TestBackend } from '../setup/redis.ts';

export interface Harness {
  url: string;
  database: Database;
  context: TestContext;
  /** What was logged at `warn` and above, as objects. */
  logged: Record<string, unknown>[];
  start(options: StartOptions): Promise<Jobs>;
  /** Writes effects as an operation does. */
  write(...effects: Effect[]): Promise<void>;
  /** The rows of the outbox in the order of their writing, schedules left out. */
  rows(): Promise<Row[]>;
}

export interface StartOptions {
  backend: TestBackend;
  registry?: Partial<Registry<TestContext>>;
  schedules?: Schedules<TestContext>;
  pace?: Partial<Pace>;
  /** Another way to the test's database. */
  connectionString?: string;
}

export type Row = Awaited<ReturnType<Database['outboxRow']['findMany']>>[number];

/** A database of the test's own with engines on it, closed and dropped after each test. */
export function useHarness(): Harness {
  const harness = {} as Harness;
  let testDatabase: TestDatabase;
  let engines: Jobs[] = [];

  beforeEach(async () => {
    testDatabase = await createTestDatabase();
    const database = createDatabase(testDatabase.url);
    const context = testContext(database);
    const logged: Record<string, unknown>[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
    Object.assign(harness, {
      url: testDatabase.url,
      database,
      context,
      logged,
      async start({ backend, registry = {}, schedules, pace, connectionString = testDatabase.url }) {
        const jobs = await startJobs({
          context,
          connectionString,
          redisUrl: backend.redisUrl,
          registry,
          ...(schedules && { schedules }),
          log,
          pace: { lockMs: 1000, stalledMs: 500, ...pace },
        });
        engines.push(jobs);
        return jobs;
      },
      write: (...effects) => record(database, context, [], effects),
      rows: () =>
        database.outboxRow.findMany({ where: { topic: { not: 'schedule' } }, orderBy: { id: 'asc' } }),
    } satisfies Harness);
  });

  afterEach(async () => {
    await Promise.all(engines.map((jobs) => jobs.stop()));
    engines = [];
    await harness.database.$disconnect();
    await testDatabase.drop();
  });
  return harness;
}

/** The effect most tests use: small, and its payload tells one from another. */
export const refresh = (teamId: string) => effect('home.refresh', { teamId });

/** A handler whose calls are kept, and which does with the nth call what `outcomes[n]` says. */
export function recorder(...outcomes: (() => Promise<void> | void)[]) {
  const calls: { teamId: string; outboxId: string; attempt: number }[] = [];
  return {
    calls,
    job: {
      queue: 'slack' as const,
      run: async (
        _: TestContext,
        { teamId }: { teamId: string },
        run: { outboxId: string; attempt: number },
      ) => {
        calls.push({ teamId, outboxId: run.outboxId, attempt: run.attempt });
        await outcomes[calls.length - 1]?.();
      },
    },
  };
}

/** The process id of the session in which a relay is at rest, waiting for a notification. */
export async function sessionAtRest(database: Database): Promise<number | undefined> {
  const [row] = await database.$queryRaw<{ pid: number }[]>`
    SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database
     WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted AND datname = current_database()
       AND objid = hashtext('outbox relay at rest')::oid`;
  return row?.pid;
}
