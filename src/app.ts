import type { Config } from './config.ts';
import { createDatabase } from './database/client.ts';
import { migrate } from './database/migrations.ts';
import type { Context } from './domain/context.ts';
import type { Pace } from './jobs/engine/pace.ts';
import type { Jobs } from './jobs/engine.ts';
import type { Logger } from './logger.ts';
import { portRefused } from './start-failed.ts';
import { assemblePages } from './web/assemble.ts';
import { healthRoutes, type Probe } from './web/health.ts';
import { startServer } from './web/server.ts';
import { openDatabaseServer } from './wiring/database-server.ts';
import { startMail, startMetrics } from './wiring/listeners.ts';
import type { OnStop } from './wiring/on-stop.ts';
import { createParts, type Parts } from './wiring/parts.ts';

export interface ProductOptions {
  log: Logger;
  /** The clock; the system's by default. */
  now?: () => Date;
  /** Another speed of the engine of jobs, for tests that cannot wait as long as a dead worker is waited for. */
  pace?: Partial<Pace>;
}

/** The product as one process runs it. */
export interface Product {
  /** Where it listens. */
  port: number;
  /** Where it takes mail by SMTP or LMTP, where it does. */
  mailPort: number | undefined;
  context: Context;
  /** Absent where ROLE=web: other processes do the jobs. */
  jobs: Jobs | undefined;
  /** Takes no more work, finishes what was begun, closes everything. May be called again: it is the same stop. */
  stop(): Promise<void>;
}

/**
 * Starts what the role asks for: `web` takes requests, `worker` does jobs, `all` both. Resolves when it is ready.
 * @throws ConfigError, StartFailed, StoreUnavailable or MigrationError, whose message is a sentence for the operator, where
 * a part cannot be had; what was started is stopped again.
 */
export async function startProduct(
  config: Config,
  { log, now = () => new Date(), pace = {} }: ProductOptions,
): Promise<Product> {
  const closers: (() => unknown)[] = [];
  const close = async () => {
    // The last that was opened closes first: nothing loses what it still needs.
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const running = await start(config, { log, now, pace }, (closer) => closers.push(closer));
    let stopping: Promise<void> | undefined;
    return {
      ...running,
      stop: () => {
        stopping ??= close();
        return stopping;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type Started = Omit<Product, 'stop'>;

async function start(
  config: Config,
  { log, now, pace }: Required<ProductOptions>,
  onStop: OnStop,
): Promise<Started> {
  const connectionString = await openDatabaseServer(config, log, onStop);
  await migrate(connectionString, { log: (message) => log.info(message) });
  const database = createDatabase(connectionString, { poolSize: config.DATABASE_POOL_SIZE });
  onStop(() => database.$disconnect());
  const parts = createParts(config, database, now, log);

  let jobs: Jobs | undefined;
  const probes: Record<string, Probe> = {
    database: () => database.$queryRaw`SELECT 1`,
    ...(config.ROLE !== 'web' && { queues: async () => jobs?.check() }),
  };
  // The jobs wait for their stores, while what answers requests is being loaded; nothing is asked before both are ready.
  const [started, answering] = await Promise.allSettled([
    startEngine(config, parts, { connectionString, pace }, onStop),
    createAnswers(config, parts, { probes, connectionString }),
  ]);
  jobs = settledValue(started);
  const { port, stop } = await startServer({ port: config.PORT, log, ...settledValue(answering) }).catch(
    (error) => {
      throw portRefused('PORT', config.PORT, error);
    },
  );
  onStop(stop);
  const mailPort = config.ROLE === 'worker' ? undefined : await startMail(config, parts, onStop);
  await startMetrics(config, parts, onStop);
  return { port, mailPort, context: parts.context, jobs };
}

/** The engine of jobs; undefined where other processes do them. */
async function startEngine(
  config: Config,
  parts: Parts,
  engine: { connectionString: string; pace: Partial<Pace> },
  onStop: OnStop,
): Promise<Jobs | undefined> {
  if (config.ROLE === 'web') return undefined;
  const { startJobs } = await import('./wiring/jobs.ts');
  return startJobs(config, parts, engine, onStop);
}

/** What the server answers with; of a worker it is asked only how it is. */
async function createAnswers(
  config: Config,
  parts: Parts,
  web: { probes: Record<string, Probe>; connectionString: string },
) {
  if (config.ROLE === 'worker') return { pages: assemblePages([healthRoutes(web)], parts.log) };
  const { createWeb } = await import('./wiring/web.ts');
  return createWeb(config, parts, web);
}

function settledValue<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}
