import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { createSlackClients } from './clients/slack/clients.ts';
import { createSlackFiles } from './clients/slack/files.ts';
import { createPersonQuestion } from './clients/slack/person.ts';
import { postToResponseUrl } from './clients/slack/response-url.ts';
import { createBillingQuestions } from './clients/stripe/billing-questions.ts';
import { createStripe } from './clients/stripe/client.ts';
import { PACED_CALLS } from './clients/stripe/pacing.ts';
import { createPortalQuestion } from './clients/stripe/portal-question.ts';
import { createWebhookVerifier } from './clients/stripe/webhook-signature.ts';
import { type Config, ConfigError } from './config.ts';
import { createDatabase, type Database } from './database/client.ts';
import { migrate } from './database/migrations.ts';
import { createKeyring, type Keyring } from './database/sealing.ts';
import type { Context } from './domain/context.ts';
import { createReplyAddresses } from './domain/tickets/mail/reply-address.ts';
import type { Pace } from './jobs/engine/pace.ts';
import type { Jobs } from './jobs/engine.ts';
import type { Logger } from './logger.ts';
import { boltLogger } from './slack/bolt-logger.ts';
import { createInstallations } from './slack/installations.ts';
import type { Questions } from './slack/questions.ts';
import { portRefused, StartFailed } from './start-failed.ts';
import { assemblePages } from './web/assemble.ts';
import { leftPath, paidPath } from './web/checkout-return.ts';
import { healthRoutes, type Probe } from './web/health.ts';
import { portalReturnPath } from './web/portal-return.ts';
import { startServer } from './web/server.ts';

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
type OnStop = (closer: () => unknown) => void;

async function start(config: Config, options: Required<ProductOptions>, onStop: OnStop): Promise<Started> {
  const { log, now, pace } = options;
  const connectionString = await openServer(config, log, onStop);
  await migrate(connectionString, { log: (message) => log.info(message) });
  const database = createDatabase(connectionString, { poolSize: config.DATABASE_POOL_SIZE });
  onStop(() => database.$disconnect());
  const keyring = createKeyring(config.ENCRYPTION_KEYS);
  const context = createContext(database, keyring, now);
  const parts = { ...createParts(config, context, keyring, log), pace };

  const jobs = config.ROLE === 'web' ? undefined : await startJobs(config, parts, connectionString, onStop);
  const probes: Record<string, Probe> = {
    database: () => database.$queryRaw`SELECT 1`,
    ...(jobs && { queues: jobs.check }),
  };
  const { port, stop } = await startServer({
    port: config.PORT,
    log,
    ...(config.ROLE === 'worker'
      ? { pages: assemblePages([healthRoutes({ probes })], log) }
      : await createWeb(config, parts, probes)),
  }).catch((error) => {
    throw portRefused('PORT', config.PORT, error);
  });
  onStop(stop);
  const mailPort = config.ROLE === 'worker' ? undefined : await startMail(config, parts, onStop);
  await startMetrics(config, context, log, onStop);
  return { port, mailPort, context, jobs };
}

/** Takes mail where the configuration says on which port. */
async function startMail(
  { INBOUND_SMTP_PORT: port, INBOUND_SMTP_HOST: host, INBOUND_SMTP_PROTOCOL: protocol }: Config,
  { context, replyAddresses, log }: Parts,
  onStop: OnStop,
): Promise<number | undefined> {
  if (port === undefined) return undefined;
  if (!replyAddresses) {
    throw new ConfigError('INBOUND_SMTP_PORT needs INBOUND_DOMAIN: mail is taken for that domain alone.');
  }
  const { startMailListener } = await import('./mail/listener.ts');
  const listener = await startMailListener({ context, replyAddresses, host, port, protocol, log }).catch(
    (error) => {
      throw portRefused('INBOUND_SMTP_PORT', port, error);
    },
  );
  onStop(listener.stop);
  return listener.port;
}

/** PostgreSQL's address: the operator's, or that of the embedded server, which belongs to one process alone. */
async function openServer(config: Config, log: Logger, onStop: OnStop): Promise<string> {
  if (config.DATABASE_URL !== undefined) return config.DATABASE_URL;
  if (config.ROLE !== 'all') {
    throw new ConfigError(
      `ROLE=${config.ROLE} needs DATABASE_URL: the embedded PostgreSQL serves one process, which is ROLE=all.`,
    );
  }
  const { startEmbeddedServer } = await import('./database/embedded/server.ts');
  const server = await startEmbeddedServer({
    directory: config.DATA_DIR,
    log: (message) => log.info(message),
  }).catch((error: Error) => {
    throw new StartFailed(error.message, { cause: error });
  });
  onStop(server.stop);
  return server.connectionString;
}

/** Loaded only where it is wanted. */
async function startMetrics(config: Config, context: Context, log: Logger, onStop: OnStop): Promise<void> {
  const wanted = config.METRICS_PORT;
  if (wanted === undefined) return;
  const { startMetrics: start } = await import('./metrics/server.ts');
  const { port: metricsPort, stop } = await start({ port: wanted, context, log }).catch((error) => {
    throw portRefused('METRICS_PORT', wanted, error);
  });
  onStop(stop);
  log.info({ metricsPort }, 'The metrics can be scraped.');
}

function createContext(database: Database, keyring: Keyring, now: () => Date): Context {
  return {
    database,
    now,
    newId: () => uuidv7(),
    randomBytes: (size) => randomBytes(size),
    seal: keyring.seal,
  };
}

/** What both sides of the product, requests and jobs, have in common. */
function createParts(config: Config, context: Context, keyring: Keyring, log: Logger) {
  const installations = createInstallations(context, keyring);
  const slack = createSlackClients({
    apiUrl: config.SLACK_API_URL,
    tokens: installations,
    logger: boltLogger(log),
  });
  const stripeAccount = { secretKey: config.STRIPE_SECRET_KEY, apiBase: config.STRIPE_API_BASE };
  const stripe = createStripe(stripeAccount);
  const pacedStripe = createStripe({ ...stripeAccount, callsPerSecond: PACED_CALLS });
  const publicUrl = (path: string) => `${config.PUBLIC_URL}${path}`;
  const replyAddresses =
    config.INBOUND_DOMAIN === undefined
      ? undefined
      : createReplyAddresses({ domain: config.INBOUND_DOMAIN, keys: config.ENCRYPTION_KEYS });
  return { context, keyring, installations, slack, stripe, pacedStripe, publicUrl, replyAddresses, log };
}

type Parts = ReturnType<typeof createParts> & Pick<Required<ProductOptions>, 'pace'>;

async function startJobs(
  config: Config,
  {
    context,
    keyring,
    installations,
    slack,
    stripe,
    pacedStripe,
    publicUrl,
    replyAddresses,
    log,
    pace,
  }: Parts,
  connectionString: string,
  onStop: OnStop,
): Promise<Jobs> {
  const [{ createMailer }, engine, { registry }, { schedules }] = await Promise.all([
    import('./clients/mail/mailer.ts'),
    import('./jobs/engine.ts'),
    import('./jobs/registry.ts'),
    import('./jobs/schedules.ts'),
  ]);
  const mailer = createMailer({ url: config.SMTP_URL, from: config.MAIL_FROM });
  onStop(mailer.close);
  const jobs = await engine.startJobs({
    context: {
      ...context,
      stripe,
      pacedStripe,
      slack: slack.background,
      files: createSlackFiles({ apiUrl: config.SLACK_API_URL, clients: slack, tokens: installations }),
      mailer,
      replyAddresses,
      keyring,
      publicUrl,
    },
    connectionString,
    redisUrl: config.REDIS_URL,
    registry,
    schedules,
    log,
    pace,
  });
  onStop(jobs.stop);
  return jobs;
}

async function createWeb(config: Config, parts: Parts, probes: Record<string, Probe>) {
  const [
    { createSlackApp },
    { listeners },
    { createPages },
    { installPages },
    { createSignIn },
    { callbackPath },
  ] = await Promise.all([
    import('./slack/app.ts'),
    import('./slack/listeners.ts'),
    import('./web/routes.ts'),
    import('./web/pages/install.ts'),
    import('./web/invitations/sign-in.ts'),
    import('./web/invitations/routes.ts'),
  ]);
  const { context, keyring, installations, slack, stripe, publicUrl, replyAddresses, log } = parts;
  const token = config.INBOUND_TOKEN;
  const app = { clientId: config.SLACK_CLIENT_ID, clientSecret: config.SLACK_CLIENT_SECRET };
  const questions: Questions = {
    person: createPersonQuestion(context, slack),
    billing: {
      ...createBillingQuestions(context, stripe, { paid: publicUrl(paidPath), left: publicUrl(leftPath) }),
      portal: createPortalQuestion(context, stripe, publicUrl(portalReturnPath)),
    },
    publicUrl,
  };
  return {
    slack: createSlackApp({
      context,
      listeners,
      questions,
      log,
      signingSecret: config.SLACK_SIGNING_SECRET,
      clientFor: slack.interactive,
      respond: postToResponseUrl,
      oauth: {
        ...app,
        apiUrl: config.SLACK_API_URL,
        publicUrl: config.PUBLIC_URL,
        installations,
        pages: installPages,
      },
    }),
    pages: createPages({
      context,
      keyring,
      questions,
      probes,
      log,
      signIn: createSignIn({ ...app, issuer: config.OIDC_ISSUER, redirectUrl: publicUrl(callbackPath), log }),
      verifyStripeEvent: createWebhookVerifier(config.STRIPE_WEBHOOK_SECRET),
      inboundMail: replyAddresses && token !== undefined ? { token, replyAddresses } : undefined,
    }),
  };
}
