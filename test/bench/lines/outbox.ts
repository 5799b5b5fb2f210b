import { Queue, Worker } from 'bullmq';
import { Client } from 'pg';
import { pino } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import { createDatabase } from '../../../src/database/client.ts';
import type { Context } from '../../../src/domain/context.ts';
import { startJobs } from '../../../src/jobs/engine.ts';
import { testContext } from '../../setup/context.ts';
import { openBackend, type Store } from '../backends.ts';
import type { Bench, Line, Sides } from '../line.ts';

const CONCURRENCY = 32;
const BATCH = 500;
const log = pino({ level: 'warn' });

/** Jobs in one measurement: enough for a second or two on either store. */
const jobs = { PostgreSQL: 3000, Redis: 15_000 } as const;

/** From the commit that writes the rows until every row is done. */
async function measureOutbox(store: Store, databaseUrl: string, redisUrl: string): Promise<number> {
  const count = jobs[store];
  const database = createDatabase(databaseUrl);
  const context: Context = { ...testContext(database), now: () => new Date() };
  const client = new Client(databaseUrl);
  await client.connect();
  await client.query('TRUNCATE outbox');
  let begun = 0;
  let allBegun = () => {};
  const begunAll = new Promise<void>((resolve) => {
    allBegun = resolve;
  });
  const engine = await startJobs({
    context,
    connectionString: databaseUrl,
    redisUrl: store === 'Redis' ? redisUrl : undefined,
    registry: {
      'home.refresh': {
        queue: 'slack',
        async run() {
          begun++;
          if (begun === count) allBegun();
        },
      },
    },
    log,
    pace: { concurrency: CONCURRENCY },
  });
  await client.query(
    `INSERT INTO outbox (id, topic, payload, available_at, created_at)
     SELECT gen_random_uuid(), 'home.refresh', '{"teamId":"T00000001"}', now(), now() FROM generate_series(1, $1)`,
    [count],
  );
  const start = performance.now();
  await begunAll;
  await engine.runUntilIdle();
  const seconds = (performance.now() - start) / 1000;
  const { rows } = await client.query(`SELECT count(*)::int AS done FROM outbox WHERE status = 'done'`);
  if (begun < count || rows[0].done !== count)
    throw new Error(`${begun} begun, ${rows[0].done} done of ${count}.`);
  await engine.stop();
  await Promise.all([client.end(), database.$disconnect()]);
  return count / seconds;
}

/** The same jobs in the same batches, added to BullMQ and completed, on the same connections, without a row. */
async function measureBullMq(store: Store, databaseUrl: string, redisUrl: string): Promise<number> {
  const count = jobs[store];
  const backend = await openBackend(store, databaseUrl, redisUrl);
  const queue = new Queue('floor', { connection: backend.producer, prefix: backend.prefix }, backend.factory);
  let done = 0;
  let finished = () => {};
  const allDone = new Promise<void>((resolve) => {
    finished = resolve;
  });
  const worker = new Worker(
    'floor',
    async () => {},
    { connection: backend.consumer, prefix: backend.prefix, concurrency: CONCURRENCY },
    backend.factory,
  );
  worker.on('completed', () => {
    done++;
    if (done === count) finished();
  });
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  const start = performance.now();
  for (let added = 0; added < count; added += BATCH) {
    await queue.addBulk(
      Array.from({ length: BATCH }, () => {
        const id = uuidv7();
        return { name: 'home.refresh', data: { outboxId: id }, opts: { jobId: id, removeOnComplete: true } };
      }),
    );
  }
  await allDone;
  const seconds = (performance.now() - start) / 1000;
  await worker.close();
  await queue.close();
  await backend.close();
  return count / seconds;
}

const line = (store: Store): Line => ({
  name: `outbox to done on ${store}`,
  unit: 'jobs/s',
  floor: 'BullMQ alone, added in bulk and completed',
  goal: 0.7,
  better: 'higher',
  async prepare(bench: Bench): Promise<Sides> {
    const databaseUrl = await bench.createDatabase();
    const redisUrl = await bench.redisUrl();
    return {
      value: () => measureOutbox(store, databaseUrl, redisUrl),
      floorValue: () => measureBullMq(store, databaseUrl, redisUrl),
      close: async () => {},
    };
  },
});

export const lines: Line[] = [line('PostgreSQL'), line('Redis')];
