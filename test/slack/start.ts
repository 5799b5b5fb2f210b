import { createSlackClients, type SlackClients } from '../../src/clients/slack/clients.ts';
import { createPersonQuestion } from '../../src/clients/slack/person.ts';
import { postToResponseUrl } from '../../src/clients/slack/response-url.ts';
import { createDatabase } from '../../src/database/client.ts';
import { createKeyring, type SealingKey } from '../../src/database/sealing.ts';
import { createLogger } from '../../src/logger.ts';
import { createSlackApp } from '../../src/slack/app.ts';
import { boltLogger } from '../../src/slack/bolt-logger.ts';
import { handleStoredSlackEvent } from '../../src/slack/events/stored-event.ts';
import { createInstallations, type Installations } from '../../src/slack/installations.ts';
import type { Listeners } from '../../src/slack/listener.ts';
import { listeners as everyListener } from '../../src/slack/listeners.ts';
import type { BillingQuestions, PaymentQuestions } from '../../src/slack/questions.ts';
import { assemblePages } from '../../src/web/assemble.ts';
import { installPages } from '../../src/web/pages/install.ts';
import { startServer } from '../../src/web/server.ts';
import { stylesheetRoutes } from '../../src/web/stylesheet.ts';
import { type SlackSandbox, startSlackSandbox } from '../sandbox/slack/server.ts';
import { type TestContext, testContext } from '../setup/context.ts';
import { createTestDatabase } from '../setup/database.ts';

export interface StartedApp {
  sandbox: SlackSandbox;
  url: string;
  context: TestContext;
  installations: Installations;
  clients: SlackClients;
  /** What was logged, at `warn` and above unless the test says otherwise. */
  logged: Record<string, unknown>[];
  /** Does what the job of stored events does, for every one that waits. Returns how many there were. */
  handleEvents(): Promise<number>;
  stop(): Promise<void>;
}

export interface StartOptions {
  listeners?: Partial<Listeners>;
  /** What answers questions to Stripe; by default nobody. */
  billing?: (context: TestContext) => Partial<BillingQuestions>;
  payments?: (context: TestContext) => Partial<PaymentQuestions>;
  now?: Date;
  /** From which level on what is logged is kept. */
  level?: 'warn' | 'trace';
  /** Whether `localhost` may be authorized. */
  allowLocalhost?: boolean;
}

export const keys: SealingKey[] = [{ id: 'k1', key: Buffer.alloc(32, 1) }];
const unreachable = () => Promise.reject(new Error('Not asked in this test.'));

/** The Slack side alone, behind the real server and receiver, before the double of Slack, on a database of its own. */
export async function startApp(options: StartOptions = {}): Promise<StartedApp> {
  const { listeners, now, billing, payments, level = 'warn', ...websites } = options;
  const { url: connectionString, drop } = await createTestDatabase();
  const database = createDatabase(connectionString);
  const context = testContext(database, now ? { now } : {});
  const sandbox = await startSlackSandbox();
  const logged: Record<string, unknown>[] = [];
  const log = createLogger(level, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const installations = createInstallations(context, createKeyring(keys));
  const clients = createSlackClients({
    apiUrl: sandbox.url,
    tokens: installations,
    logger: boltLogger(log),
  });
  const address = { url: '' };
  const { clientId, clientSecret, signingSecret } = sandbox.app;
  const parts = {
    context,
    listeners: { ...everyListener, ...listeners },
    log,
    signingSecret,
    clientFor: clients.interactive,
    respond: postToResponseUrl,
    questions: {
      person: createPersonQuestion(context, clients),
      billing: {
        preview: unreachable,
        checkout: unreachable,
        portal: unreachable,
        ...billing?.(context),
      },
      payments: { onboarding: unreachable, dashboard: unreachable, ...payments?.(context) },
      publicUrl: (path: string) => `${address.url}${path}`,
      websites,
    },
  };
  const oauth = {
    clientId,
    clientSecret,
    apiUrl: sandbox.url,
    installations,
    pages: installPages,
  };
  const pages = assemblePages([stylesheetRoutes()], log);
  // The port is known only once it is taken, and the address of the way back must name it.
  const bound: { slack?: ReturnType<typeof createSlackApp> } = {};
  const server = await startServer({
    port: 0,
    host: '127.0.0.1',
    pages,
    log,
    slack: {
      handle: (...request) => bound.slack?.handle(...request),
      idle: async () => bound.slack?.idle(),
    },
  });
  address.url = `http://127.0.0.1:${server.port}`;
  bound.slack = createSlackApp({ ...parts, oauth: { ...oauth, publicUrl: address.url } });
  sandbox.appUrl = address.url;
  return {
    sandbox,
    url: address.url,
    context,
    installations,
    clients,
    logged,
    handleEvents: async () => {
      const rows = await database.outboxRow.findMany({ where: { topic: 'slack.event', status: 'pending' } });
      for (const { id, payload } of rows) {
        await handleStoredSlackEvent(context, (payload as { key: string }).key, log);
        await database.outboxRow.update({ where: { id }, data: { status: 'done', payload: {} } });
      }
      return rows.length;
    },
    stop: async () => {
      await server.stop();
      await sandbox.close();
      await database.$disconnect();
      await drop();
    },
  };
}
