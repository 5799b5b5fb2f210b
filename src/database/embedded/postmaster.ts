import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import type { Binaries } from './binaries.ts';
import type { Place } from './place.ts';
import { watchOver } from './watchdog.ts';

export interface LaunchOptions {
  place: Place;
  binaries: Binaries;
  password: string;
  settings: Record<string, string>;
  logFile: string;
  /** Folders to remove once the server is down. */
  removeAfterwards: string[];
  log: (message: string) => void;
}

export interface Postmaster {
  connectionString: string;
  isRunning(): boolean;
  stop(): Promise<void>;
}

/** PostgreSQL came and went; `retry` when it may succeed a moment later. */
export class LaunchError extends Error {
  override name = 'LaunchError';
  retry: boolean;

  constructor(message: string, retry: boolean) {
    super(message);
    this.retry = retry;
  }
}

const LOG_LIMIT = 10_000_000;
const GRACE_MS = 300;
const FAST_SHUTDOWN_MS = 30_000;

// Another server was quicker; the port went to somebody else; children of a killed server are still on their way out.
const PASSING =
  /lock file "postmaster\.pid" (already exists|is empty)|could not bind|pre-existing shared memory block/;

/** Starts the server on its data and waits until it takes connections, however long a recovery after a crash lasts. */
export async function launch(options: LaunchOptions): Promise<Postmaster> {
  const { place, binaries, password, log, logFile } = options;
  const port = await freePort();
  const output = await openLog(logFile);
  const flags = Object.entries(serverSettings(port, options.settings)).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const child = spawn(binaries.postgres, ['-D', place.data, ...flags], {
    ...place.account,
    cwd: place.data,
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    stdio: ['ignore', output.handle.fd, output.handle.fd],
    // Out of the terminal's process group: Ctrl+C reaches this process, which ends its work before the database goes.
    detached: true,
  });
  const exited = once(child, 'exit').then(
    () => '',
    (failure: Error) => failure.message,
  );
  await output.handle.close();
  const connectionString = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const refusal = await untilReady(child, connectionString, log);
  if (refusal) child.kill('SIGINT');
  if (refusal || !isUp(child)) {
    const failure = await exited;
    const said = refusal || failure || (await output.read());
    throw new LaunchError(`PostgreSQL did not start on ${place.data}: ${said}`, PASSING.test(said));
  }
  const dismiss = watchOver(child.pid ?? 0, options.removeAfterwards);
  let stopping = false;
  void exited.then(() => {
    dismiss();
    if (!stopping) log(`PostgreSQL stopped by itself; see ${logFile}.`);
  });
  return {
    connectionString,
    isRunning: () => isUp(child),
    stop: async () => {
      stopping = true;
      dismiss();
      // The sessions that are just being closed may still say goodbye; the others are ended.
      child.kill('SIGTERM');
      const fast = setTimeout(() => child.kill('SIGINT'), GRACE_MS);
      const immediate = setTimeout(() => child.kill('SIGQUIT'), FAST_SHUTDOWN_MS);
      await exited;
      clearTimeout(fast);
      clearTimeout(immediate);
      for (const folder of options.removeAfterwards) await rm(folder, { recursive: true, force: true });
    },
  };
}

function serverSettings(port: number, settings: Record<string, string>): Record<string, string> {
  return {
    listen_addresses: '127.0.0.1',
    port: String(port),
    // No socket file: nothing to be left behind, and no limit on the length of the folder's name.
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    // Neither statements nor the values of rows in the log: they hold people's addresses.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    // Read by whoever finds this server without its owner: see ownership.ts.
    'orgdesk.owner_pid': String(process.pid),
    ...settings,
  };
}

function isUp(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** Waits for the first connection, or for the server's end; gives PostgreSQL's sentence if it refuses the password. */
async function untilReady(
  child: ChildProcess,
  connectionString: string,
  log: LaunchOptions['log'],
): Promise<string | undefined> {
  const patience = setTimeout(() => log('PostgreSQL is still starting; it may be recovering.'), 10_000);
  try {
    while (isUp(child)) {
      const client = new Client(connectionString);
      client.on('error', () => {});
      try {
        await client.connect();
        await client.end();
        return undefined;
      } catch (error) {
        if (isWrongPassword(error)) return (error as Error).message;
        await sleep(20);
      }
    }
    return undefined;
  } finally {
    clearTimeout(patience);
  }
}

/** invalid_password, in appendix A of PostgreSQL's manual. */
export function isWrongPassword(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '28P01';
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port on 127.0.0.1.');
  return address.port;
}

/** Appended to, so that a start that loses a race leaves the winner's log alone. `read` gives what was written since. */
async function openLog(path: string) {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_LIMIT) await rm(path);
  const handle = await open(path, 'a', 0o600);
  const start = size > LOG_LIMIT ? 0 : size;
  const read = async () => {
    const reader = await open(path);
    const text = await reader.read({ position: start, buffer: Buffer.alloc(4_000) });
    await reader.close();
    return text.buffer.toString('utf8', 0, text.bytesRead).trim();
  };
  return { handle, read };
}
