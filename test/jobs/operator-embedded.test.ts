import { execFile } from 'node:child_process';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/database/embedded/server.ts';
import { migrate } from '../../src/database/migrations.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const log = () => {};
let directory: string;
let server: EmbeddedServer;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'orgdesk-'));
  await chmod(directory, 0o755);
  server = await startEmbeddedServer({ directory, log, temporary: true });
  await migrate(server.connectionString, { log });
});
afterEach(() => server.stop());

it('the operator sees the outbox of the embedded database while another process runs it', async () => {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', 'src/cli/outbox.ts', 'list'], {
    cwd: root,
    env: { PATH: process.env.PATH, DATA_DIR: directory },
  });
  expect(stdout.trim()).toBe('0 pending, 0 queued, 0 parked');
});
