import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../../setup/redis-server.ts';
import type { Bench, Line } from '../line.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const main = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));

/** What the product is built on, and nothing of ours. */
const bareImports = [
  '@slack/bolt',
  '@prisma/client/runtime/client',
  '@prisma/adapter-pg',
  'bullmq',
  'stripe',
];

const environment = {
  PUBLIC_URL: 'http://127.0.0.1',
  SLACK_CLIENT_ID: '1.2',
  SLACK_CLIENT_SECRET: 'secret',
  SLACK_SIGNING_SECRET: 'secret',
  STRIPE_SECRET_KEY: 'sk_test_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
  SMTP_URL: 'smtp://127.0.0.1:1',
  MAIL_FROM: 'Orgdesk <orgdesk@example.com>',
  ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
  LOG_LEVEL: 'info',
};

/** From the command to the line that says it is ready, in milliseconds, on a database that is up to date. */
async function measureStart(databaseUrl: string, role: string): Promise<number> {
  const port = String(await freePort());
  const began = performance.now();
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, ...environment, DATABASE_URL: databaseUrl, PORT: port, ROLE: role },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.includes('Orgdesk is ready.')) break;
  }
  const took = performance.now() - began;
  child.kill();
  await ended;
  if (!said.includes('Orgdesk is ready.')) throw new Error(`The product did not start: ${said}`);
  return took;
}

async function measureImports(): Promise<number> {
  const script = bareImports.map((name) => `import '${name}';`).join('\n');
  const began = performance.now();
  await run(process.execPath, ['--input-type=module', '-e', script], { cwd: root });
  return performance.now() - began;
}

function startLine(role: 'all' | 'web' | 'worker'): Line {
  return {
    name: `start, ROLE=${role}, from the command to listening`,
    unit: 'ms',
    floor: 'a process that imports Bolt, Prisma, BullMQ and Stripe',
    goal: 1.3,
    better: 'lower',
    async prepare(bench: Bench) {
      await run('npm', ['run', '--silent', 'build'], { cwd: root });
      const databaseUrl = await bench.createDatabase();
      // The first start makes the queues' tables.
      await measureStart(databaseUrl, role);
      return {
        value: () => measureStart(databaseUrl, role),
        floorValue: measureImports,
        close: async () => {},
      };
    },
  };
}

export const lines: Line[] = [startLine('all'), startLine('web'), startLine('worker')];
