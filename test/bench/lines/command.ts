import { createHmac } from 'node:crypto';
import autocannon from 'autocannon';
import { createDatabase } from '../../../src/database/client.ts';
import { testContext } from '../../setup/context.ts';
import { seedInvitation, seedMember, seedOrganization } from '../../setup/organization.ts';
import { startForked } from '../forked.ts';
import type { Bench, Line, Sides } from '../line.ts';

const CONNECTIONS = 16;
const SECONDS = 4;
const MEMBERS = 50;
const SIGNING_SECRET = 'bench-signing-secret';

/** A signed slash command from a socket to its acknowledgement, beside Bolt that answers with the same text. */
function commandLine(text: string, goal: number): Line {
  return {
    name: `signed /org ${text}, acknowledged, ${CONNECTIONS} connections`,
    unit: 'requests/s',
    floor: 'bare Bolt, one listener, same answer',
    goal,
    better: 'higher',
    prepare: (bench) => prepare(bench, text),
  };
}

export const lines = [commandLine('help', 0.9), commandLine('overview', 0.5)];

async function prepare(bench: Bench, text: string): Promise<Sides> {
  const databaseUrl = await bench.createDatabase();
  const { teamId, users } = await seed(databaseUrl);
  const product = await startForked('product', environment(databaseUrl));
  const sign = () => users.map((user) => signedCommand(teamId, user, text));
  const answer = await firstAnswer(product.url, sign());
  const bolt = await startForked('bare-bolt', { SLACK_SIGNING_SECRET: SIGNING_SECRET, ANSWER: answer });
  await Promise.all([rate(product.url, sign()), rate(bolt.url, sign())]);
  return {
    value: () => rate(product.url, sign()),
    floorValue: () => rate(bolt.url, sign()),
    close: async () => {
      await Promise.all([product.stop(), bolt.stop()]);
    },
  };
}

/** An organization of fifty, ten invites pending. */
async function seed(databaseUrl: string): Promise<{ teamId: string; users: string[] }> {
  const database = createDatabase(databaseUrl);
  const context = testContext(database, { now: new Date() });
  const organization = await seedOrganization(context, { seats: 100 });
  const users: string[] = [organization.owner.userId];
  while (users.length < MEMBERS) users.push((await seedMember(context, organization)).userId);
  for (let count = 0; count < 10; count++) await seedInvitation(context, organization);
  await database.$disconnect();
  return { teamId: organization.teamId, users };
}

/** What the web side wants; nothing of it but the database is reached. */
function environment(databaseUrl: string): Record<string, string> {
  return {
    ROLE: 'web',
    PORT: '0',
    PUBLIC_URL: 'http://127.0.0.1',
    DATABASE_URL: databaseUrl,
    SLACK_CLIENT_ID: '1.1',
    SLACK_CLIENT_SECRET: 'bench',
    SLACK_SIGNING_SECRET: SIGNING_SECRET,
    STRIPE_SECRET_KEY: 'sk_test_bench',
    STRIPE_WEBHOOK_SECRET: 'whsec_bench',
    SMTP_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'bench@example.com',
    ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
  };
}

type Signed = Required<Pick<autocannon.Request, 'method' | 'path' | 'body'>> & {
  headers: Record<string, string>;
};

function signedCommand(teamId: string, userId: string, text: string): Signed {
  const body = new URLSearchParams({
    token: 'verification-token',
    team_id: teamId,
    team_domain: 'harbour',
    channel_id: 'C0000000001',
    channel_name: 'support',
    user_id: userId,
    user_name: 'somebody',
    command: '/org',
    text,
    api_app_id: 'A0000000001',
    is_enterprise_install: 'false',
    response_url: 'https://hooks.slack.com/commands/T/1/x',
    trigger_id: '1.2.abcdef',
  }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    method: 'POST',
    path: '/slack/events',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    },
  };
}

/** The text that the product answers with, which Bolt is given to answer with too. */
async function firstAnswer(url: string, [request]: Signed[]): Promise<string> {
  const response = await fetch(`${url}/slack/events`, request);
  if (response.status !== 200) throw new Error(`The product answered ${response.status}.`);
  return ((await response.json()) as { text: string }).text;
}

/** Requests answered in a second. @throws Error where one of them was not. */
async function rate(url: string, requests: Signed[]): Promise<number> {
  const result = await autocannon({ url, connections: CONNECTIONS, duration: SECONDS, requests });
  if (result.errors > 0 || result.non2xx > 0) {
    throw new Error(`${result.errors} errors and ${result.non2xx} refusals while ${url} was measured.`);
  }
  return result.requests.average;
}
