import { setTimeout as sleep } from 'node:timers/promises';
import { type Subscription, subscribe } from '../database/notifications.ts';
import { openOutbox } from '../database/outbox.ts';
import { postgresUnavailable, StoreUnavailable } from '../database/unavailable.ts';
import type { Context } from '../domain/context.ts';
import type { Topic } from '../domain/effects.ts';
import type { Logger } from '../logger.ts';
import { createExecutor } from './engine/executor.ts';
import { createHandedOver } from './engine/handed-over.ts';
import { createInHand } from './engine/in-hand.ts';
import { watchOutage } from './engine/outage.ts';
import { type Pace, usualPace } from './engine/pace.ts';
import { type Relay, startRelay } from './engine/relay.ts';
import { repeat } from './engine/repeat.ts';
import { ensureSchedules, runSchedule } from './engine/run-schedule.ts';
import { settledWithin } from './engine/settled-within.ts';
import type { Backend } from './engine/store/backend.ts';
import { openQueueStore } from './engine/store/store.ts';
import { sweep } from './engine/sweep.ts';
import type { JobOfTopic, Registry } from './job.ts';
import type { QueueName } from './queues.ts';
import type { Schedules } from './schedules.ts';

const READY_MS = 15_000;

export interface JobsOptions<C extends Context> {
  /** What the jobs get. */
  context: C;
  /** PostgreSQL, for the connections beside `context.database`; not through a pooler in transaction mode. */
  connectionString: string;
  /** Where the queues live; in PostgreSQL when absent. */
  redisUrl?: string | undefined;
  /** Complete in the product. Rows of a topic without a job are left alone. */
  registry: Partial<Registry<C>>;
  schedules?: Schedules<C>;
  log: Logger;
  pace?: Partial<Pace>;
}

/** The engine of jobs of one process. */
export interface Jobs {
  /** Looks for due rows now. Not needed after a commit, which is heard of; but after a clock was moved by hand. */
  wake(): void;
  /** Brings back lost rows now, as happens every quarter of a minute. @throws when a store is away. */
  sweep(): Promise<void>;
  /** For readiness. @throws when the store of the queues is away. */
  check(): Promise<void>;
  /** Resolves when no row is queued or due by the context's clock. For tests and the demo. */
  runUntilIdle(): Promise<void>;
  /** Takes no more work, finishes what was begun (for 20 s at most) and closes everything. What is left comes back. */
  stop(): Promise<void>;
}

/**
 * Starts relay, workers, sweep and schedules. Resolves when every part is ready.
 * @throws StoreUnavailable, with a sentence for the operator, when PostgreSQL or Redis does not answer.
 */
export async function startJobs<C extends Context>(options: JobsOptions<C>): Promise<Jobs> {
  const { context, connectionString, schedules = {}, log } = options;
  const pace = { ...usualPace, ...options.pace };
  const registry: Partial<JobOfTopic<C>> = { ...options.registry, schedule: runSchedule(schedules) };
  const queueOf = queuesOf(registry);
  const { now } = context;
  const stopped = new AbortController();
  const inHand = createInHand();
  const handedOver = createHandedOver();
  let relay: Relay | undefined;

  const subscription = await listen(connectionString, () => relay, log);
  const backend = await openBackend(options).catch(async (error) => {
    await subscription.close();
    throw error;
  });
  const outbox = openOutbox(connectionString);
  const store = openQueueStore(backend, pace, log);
  const executor = createExecutor({
    context,
    registry,
    outbox,
    inHand,
    handedOver,
    pace,
    log,
    stopped: stopped.signal,
  });

  const closeAll = async () => {
    stopped.abort();
    await store.close();
    await settledWithin(Promise.all([outbox.close(), subscription.close()]), 1000);
  };
  try {
    await ensureSchedules(context, schedules);
    const ready = store.work(executor.run, inHand.letGo);
    // BullMQ waits for ever for a store that goes away in these moments.
    if (!(await settledWithin(ready, READY_MS))) throw notReady(store.name);
    await ready;
  } catch (error) {
    await closeAll();
    throw error;
  }

  const running = startRelay({
    outbox,
    store,
    queueOf,
    held: inHand.held,
    handedOver,
    subscription,
    now,
    pace,
    log,
  });
  relay = running;
  const sweepOnce = async () => {
    const lost = await sweep({ outbox, store, queueOf, inHand: inHand.unsettled, now, pace });
    if (lost === 0) return;
    log.warn({ rows: lost }, 'effects were lost by the queue and brought back');
    running.wake();
  };
  const sweepOutage = watchOutage('What the sweep needs', log);
  const scheduleOutage = watchOutage('The database', log);
  const repeated = [
    repeat(pace.sweepMs, async () => {
      const since = subscription.connectedSince();
      if (since === null || Date.now() - since < pace.calmMs) return;
      await sweepOnce().then(sweepOutage.over, sweepOutage.begun);
    }),
    repeat(pace.scheduleMs, () =>
      ensureSchedules(context, schedules).then(scheduleOutage.over, scheduleOutage.begun),
    ),
  ];

  let stopping: Promise<void> | undefined;
  const stop = async () => {
    const begun = [
      store.stopWork().then(executor.settled),
      running.stop(),
      ...repeated.map((one) => one.stop()),
    ];
    await settledWithin(Promise.all(begun), pace.stopMs);
    await closeAll();
  };
  return {
    wake: running.wake,
    sweep: sweepOnce,
    check: store.check,
    async runUntilIdle() {
      const topics = [...queueOf.keys()];
      while ((await outbox.isBusy(now(), topics)) || inHand.unsettled().length > 0) {
        running.wake();
        await sleep(10);
      }
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

function queuesOf<C>(registry: Partial<JobOfTopic<C>>): Map<string, QueueName> {
  const topics = Object.keys(registry) as Topic[];
  return new Map(
    topics.flatMap((topic) => (registry[topic] ? [[topic, registry[topic].queue] as const] : [])),
  );
}

async function listen(
  connectionString: string,
  relay: () => Relay | undefined,
  log: Logger,
): Promise<Subscription> {
  try {
    return await subscribe(connectionString, 'outbox', {
      onWake: () => relay()?.wake(),
      onLost: (error) => {
        log.debug({ err: error }, 'the connection that listens was lost');
        relay()?.restLost();
      },
    });
  } catch (error) {
    throw postgresUnavailable(connectionString, error);
  }
}

function notReady(name: string): StoreUnavailable {
  return new StoreUnavailable(
    `The queues in ${name} were not ready within ${READY_MS / 1000} s. Start again.`,
  );
}

/** Only the store that is used is loaded. */
async function openBackend(options: {
  connectionString: string;
  redisUrl?: string | undefined;
}): Promise<Backend> {
  const { connectionString, redisUrl } = options;
  if (redisUrl === undefined) {
    const { openPostgresBackend } = await import('./engine/store/postgres.ts');
    return openPostgresBackend(connectionString);
  }
  const { openRedisBackend } = await import('./engine/store/redis.ts');
  const installation = new URL(connectionString).pathname.slice(1);
  return openRedisBackend(redisUrl, `orgdesk:${installation}`);
}
