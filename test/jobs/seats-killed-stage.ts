import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { startProduct } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createDatabase, type Database } from '../../src/database/client.ts';
import { createLogger } from '../../src/logger.ts';
import { type Company, foundCompany, type Ground } from '../journeys/company.ts';
import { type Doubles, startDoubles } from '../sandbox/doubles.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { createTestDatabase } from '../setup/database.ts';
import type { TestBackend } from '../setup/redis.ts';
import { until } from './until.ts';

const workerFile = fileURLToPath(new URL('./hurried-worker.ts', import.meta.url));

/** A company that pays for seats, as Stripe and the database know it. */
export interface PayingCompany extends Company {
  owner: Person;
  organizationId: string;
  subscriptionId: string;
  customerId: string;
}

/** The product's web process, its workers to be started and killed, and everything around them. */
export interface KillingGround extends Doubles {
  database: Database;
  /** Founds companies while a worker of this process runs. */
  found(count: number, seats: number): Promise<PayingCompany[]>;
  /** From now on nobody works but who is started here; webhooks are lost. */
  leaveAlone(): Promise<void>;
  /** `failed` rejects when it ends by itself. */
  startWorker(): ChildProcess & { failed: Promise<never> };
  /** SIGKILL, and waits until it is dead. */
  kill(worker: ChildProcess): Promise<void>;
  /** Locks rows in a transaction of its own until the returned function is called. */
  lock(statement: string, values: unknown[]): Promise<() => Promise<void>>;
  /** How many sessions of the product wait for a lock with a statement like this. */
  waiting(statement: string): Promise<number>;
  /** Ends the sessions that wait for a lock: what waits there when its process dies would be done when the lock goes. */
  endWaiting(): Promise<void>;
  emptyQueues(): Promise<void>;
  stop(): Promise<void>;
}

export async function startKillingGround(backend: TestBackend): Promise<KillingGround> {
  const doubles = await startDoubles();
  const server = await createTestDatabase();
  const database = createDatabase(server.url);
  const environment: Record<string, string> = {
    ...doubles.environment,
    DATABASE_URL: server.url,
    DATABASE_POOL_SIZE: '30',
    ...(backend.redisUrl && { REDIS_URL: backend.redisUrl }),
  };
  const start = (ROLE: 'all' | 'web') =>
    startProduct(readConfig({ ...environment, ROLE }), { log: createLogger('silent') });
  let product = await start('all');
  const ground: Ground = {
    ...doubles,
    async settle() {
      await doubles.stripe.webhooks.settled();
      await product.jobs?.runUntilIdle();
      await doubles.stripe.webhooks.settled();
      await product.jobs?.runUntilIdle();
    },
  };
  const workers = new Set<ChildProcess>();
  const kill = async (worker: ChildProcess) => {
    if (worker.exitCode === null && worker.signalCode === null) {
      const ended = once(worker, 'exit');
      worker.kill('SIGKILL');
      await ended;
    }
    workers.delete(worker);
  };
  const locks = new Set<Client>();
  return {
    ...doubles,
    database,
    async found(count, seats) {
      const companies = await Promise.all(
        Array.from({ length: count }, () => foundCompany(ground, { seats })),
      );
      return Promise.all(
        companies.map(async (company) => {
          const row = await database.organization.findUniqueOrThrow({ where: { teamId: company.team } });
          const [subscriptionId, customerId] = [String(row.subscriptionId), String(row.stripeCustomerId)];
          return { ...company, organizationId: row.id, subscriptionId, customerId };
        }),
      );
    },
    async leaveAlone() {
      await ground.settle();
      await product.stop();
      doubles.stripe.webhooks.drop();
      product = await start('web');
    },
    startWorker() {
      const worker = fork(workerFile, {
        execArgv: ['--import', 'tsx'],
        env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment, ROLE: 'worker', PORT: '0' },
      });
      workers.add(worker);
      const failed = once(worker, 'exit').then(([code, signal]) => {
        if (signal === 'SIGKILL') return new Promise<never>(() => {});
        throw new Error(`A worker ended by itself: ${code ?? signal}.`);
      });
      failed.catch(() => {});
      return Object.assign(worker, { failed });
    },
    kill,
    async lock(statement, values) {
      const client = new Client(server.url);
      await client.connect();
      locks.add(client);
      await client.query('BEGIN');
      const { rowCount } = await client.query(statement, values);
      if (rowCount !== 1) throw new Error(`${rowCount} rows were locked.`);
      return async () => {
        locks.delete(client);
        await client.end();
      };
    },
    async waiting(statement) {
      const [row] = await database.$queryRaw<[{ count: number }]>`
        SELECT count(*)::int FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock' AND query ILIKE ${statement}`;
      return row.count;
    },
    async endWaiting() {
      // By the second argument it waits, in milliseconds, until the session has ended.
      await database.$queryRaw`
        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    },
    emptyQueues: () => backend.empty(server.url),
    async stop() {
      for (const client of locks) await client.end();
      for (const worker of [...workers]) await kill(worker);
      await product.stop();
      await doubles.stop();
      await database.$disconnect();
      await server.drop();
    },
  };
}

/** Resolves when no seat change is open and no effect is due. */
export async function untilSettled(database: Database): Promise<void> {
  await until(async () => {
    const open = await database.seatChange.count({ where: { settledAt: null } });
    const busy = await database.outboxRow.count({
      where: {
        topic: { not: 'schedule' },
        OR: [{ status: 'queued' }, { status: 'pending', availableAt: { lte: new Date() } }],
      },
    });
    return open + busy === 0;
  });
}
