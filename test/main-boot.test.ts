import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEmbeddedServer } from '../src/database/embedded/server.ts';
import { temporaryFolder } from './database/embedded/folders.ts';
import { createTestDatabase } from './setup/database.ts';
import { freePort } from './setup/redis-server.ts';

const root = resolve(import.meta.dirname, '..');

const complete = {
  PUBLIC_URL: 'https://desk.example',
  SLACK_CLIENT_ID: '1.2',
  SLACK_CLIENT_SECRET: 'hush-client',
  SLACK_SIGNING_SECRET: 'hush-signing',
  STRIPE_SECRET_KEY: 'sk_test_hush1234',
  STRIPE_WEBHOOK_SECRET: 'whsec_hush1234',
  SMTP_URL: 'smtp://user:hush@mail.example:587',
  MAIL_FROM: 'Orgdesk <desk@example.com>',
  ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  PORT: '0',
};

/** The process as `npm start` runs it, with this environment and nothing else. */
function start(environment: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'src/main.ts')], {
    cwd: root,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** What it says at its end, and how it ends. */
async function refusal(environment: NodeJS.ProcessEnv): Promise<{ said: string; code: number | null }> {
  const child = start(environment);
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect(said).not.toContain('hush');
  return { said: said.trim(), code };
}

describe('a start that cannot be ends with 1 and one sentence', () => {
  it('where variables are missing: each by its name', async () => {
    const { said, code } = await refusal({});
    expect(code).toBe(1);
    expect(said).toMatch(/^The configuration is not complete\.\n {2}PUBLIC_URL is missing\n/);
    expect(said).toContain('ENCRYPTION_KEYS is missing');
  });

  it('where PostgreSQL is away', async () => {
    const port = await freePort();
    const DATABASE_URL = `postgres://ann:hush@127.0.0.1:${port}/orgdesk`;
    expect(await refusal({ ...complete, DATABASE_URL })).toEqual({
      code: 1,
      said:
        `PostgreSQL at 127.0.0.1:${port}/orgdesk does not answer (connect ECONNREFUSED 127.0.0.1:${port}). ` +
        'Start it, or correct DATABASE_URL.',
    });
  });

  it('where Redis is away', async () => {
    const { url: DATABASE_URL, drop } = await createTestDatabase();
    onTestFinished(drop);
    const port = await freePort();
    const { said, code } = await refusal({
      ...complete,
      DATABASE_URL,
      REDIS_URL: `redis://:hush@127.0.0.1:${port}`,
    });
    expect(code).toBe(1);
    expect(said).toMatch(
      new RegExp(`^Redis at 127\\.0\\.0\\.1:${port} does not answer \\(.*\\)\\. Start it, .*\\.$`),
    );
  });

  it('where the port is taken', async () => {
    const { url: DATABASE_URL, drop } = await createTestDatabase();
    onTestFinished(drop);
    const other = createServer().listen(0);
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    expect(await refusal({ ...complete, DATABASE_URL, PORT: String(port) })).toEqual({
      code: 1,
      said: `The port ${port} cannot be had: another process listens on it. Set PORT to another.`,
    });
  });

  it('where another process uses the embedded database', async () => {
    const directory = join(await temporaryFolder(), '.data');
    const server = await startEmbeddedServer({ directory, log: () => {} });
    onTestFinished(server.stop);
    expect(await refusal({ ...complete, DATA_DIR: directory })).toEqual({
      code: 1,
      said:
        `The database in ${directory} is in use by another process (pid ${process.pid}). Stop that one first, or start ` +
        'this one in another folder.',
    });
  });

  it('where one part of the product is to run on the embedded database', async () => {
    const { said, code } = await refusal({ ...complete, ROLE: 'web' });
    expect(code).toBe(1);
    expect(said).toMatch(/^ROLE=web needs DATABASE_URL: .*\.$/);
  });
});

describe('a stop that comes before everything has started', () => {
  it('is heard', async () => {
    // A PostgreSQL that takes the connection and never says a word.
    const silent = createServer().listen(0, '127.0.0.1');
    const connections: Socket[] = [];
    silent.on('connection', (socket) => connections.push(socket));
    onTestFinished(() => {
      for (const socket of connections) socket.destroy();
      silent.close();
    });
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const child = start({ ...complete, DATABASE_URL: `postgres://127.0.0.1:${port}/orgdesk` });
    await once(silent, 'connection');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([1, null]);
  });
});
