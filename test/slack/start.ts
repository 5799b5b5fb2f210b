import { WebClient } from '@slack/web-api';
import { Hono } from 'hono';
import { pino } from 'pino';
import { createDatabase } from '../../src/database/client.ts';
import { createSlackApp, type SlackParts } from '../../src/slack/app.ts';
import { listeners } from '../../src/slack/listeners.ts';
import { startServer } from '../../src/web/server.ts';
import { type TestContext, testContext } from '../setup/context.ts';
import { createTestDatabase } from '../setup/database.ts';
import { SIGNING_SECRET } from './sender.ts';

export interface StartedApp {
  url: string;
  context: TestContext;
  /** What the response URLs got. */
  responses: object[];
  stop(): Promise<void>;
}

const unreachable = () => Promise.reject(new Error('Not asked in this test.'));

/** The Slack side alone, behind the real server and receiver, on a database of its own. */
export async function startApp(parts: Partial<SlackParts> = {}): Promise<StartedApp> {
  const { url: connectionString, drop } = await createTestDatabase();
  const database = createDatabase(connectionString);
  const context = testContext(database);
  const responses: object[] = [];
  const log = pino({ level: 'silent' });
  const slack = createSlackApp({
    context,
    listeners,
    log,
    signingSecret: SIGNING_SECRET,
    clientFor: () =>
      new WebClient('xoxb-test', { slackApiUrl: 'http://127.0.0.1:9/api/', retryConfig: { retries: 0 } }),
    respond: async (_, message) => {
      responses.push(message);
    },
    questions: {
      person: unreachable,
      billing: { preview: unreachable, checkout: unreachable },
      publicUrl: (path) => `https://orgdesk.example${path}`,
    },
    ...parts,
  });
  const server = await startServer({ port: 0, host: '127.0.0.1', slack, pages: new Hono(), log });
  return {
    url: `http://127.0.0.1:${server.port}`,
    context,
    responses,
    stop: async () => {
      await server.stop();
      await database.$disconnect();
      await drop();
    },
  };
}
