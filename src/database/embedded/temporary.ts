import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedServer, startEmbeddedServer } from './server.ts';

/**
 * Starts a PostgreSQL for one run, in a new temporary folder that is gone after `stop()`, or when this process dies. It
 * trades durability for speed: what a crash of the machine would lose does not matter here.
 */
export async function startTemporaryServer(options: {
  log: (message: string) => void;
  settings?: Record<string, string>;
}): Promise<EmbeddedServer> {
  const directory = await mkdtemp(join(tmpdir(), 'orgdesk-'));
  // mkdtemp closes the folder to everybody else, and with it to the user that root runs PostgreSQL as.
  await chmod(directory, 0o755);
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', ...options.settings };
  try {
    return await startEmbeddedServer({ directory, temporary: true, log: options.log, settings });
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}
