import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Place } from './place.ts';
import { isWrongPassword, type Postmaster } from './postmaster.ts';
import {
  disownPostmasterFile,
  isAlive,
  isPostmasterOf,
  readPostmasterFile,
  removeEmptyPostmasterFile,
} from './postmaster-file.ts';

// Who holds this lock in the server owns it. PostgreSQL frees it when the owner's connection is gone.
const LOCK = [0x6f726764, 1];
const APPLICATION = 'orgdesk owner ';

const STARTING_MS = 10_000;
const PATIENCE_MS = 60_000;
const PAUSE_MS = 100;

/**
 * Sees to it that no server runs on the data: refuses when one does and has an owner, stops one that outlived its owner,
 * and lets PostgreSQL start over the files of one that is gone.
 */
export async function claimRunningServer(
  { data }: Place,
  directory: string,
  password: string,
  log: (message: string) => void,
): Promise<void> {
  const begun = Date.now();
  while (Date.now() - begun < PATIENCE_MS) {
    const file = await readPostmasterFile(data);
    if (!file) return removeEmptyPostmasterFile(data);
    if (!(await isPostmasterOf(file.pid, data))) {
      if (isAlive(file.pid)) await disownPostmasterFile(data, file.pid);
      return;
    }
    const client = file.port ? await connect(file.port, password, directory) : undefined;
    try {
      if (client && (await isOrphan(client, data, directory, Date.now() - begun < STARTING_MS))) {
        log(
          `PostgreSQL (pid ${file.pid}) was left running on ${directory} by a process that died; stopping it.`,
        );
        process.kill(file.pid, 'SIGINT');
        await untilGone(file.pid, data);
        return;
      }
    } finally {
      await client?.end().catch(() => {});
    }
    await sleep(PAUSE_MS);
  }
  throw new Error(
    `A PostgreSQL runs on ${directory} and takes no connections. Stop it, or start in another folder.`,
  );
}

export interface Ownership {
  release(): Promise<void>;
}

/** Takes the server that this process started for its own, and takes it anew when the connection breaks. */
export async function holdOwnership(postmaster: Postmaster, directory: string): Promise<Ownership> {
  let released = false;
  let current: Client;
  const take = async (): Promise<void> => {
    const client = newClient(postmaster.connectionString);
    await client.connect();
    const begun = Date.now();
    while (!(await tryLock(client))) {
      if (Date.now() - begun > STARTING_MS) {
        await client.end();
        throw new Error(`Another process took the database in ${directory} over.`);
      }
      await sleep(PAUSE_MS);
    }
    if (released) return client.end();
    client.once('end', () => void retake());
    current = client;
  };
  const retake = async () => {
    // One crashed session makes PostgreSQL end all of them and start anew.
    while (!released && postmaster.isRunning()) {
      const taken = await take().then(
        () => true,
        () => false,
      );
      if (taken) return;
      await sleep(PAUSE_MS);
    }
  };
  await take();
  return {
    release: async () => {
      released = true;
      await current.end().catch(() => {});
    },
  };
}

function newClient(connectionString: string): Client {
  const client = new Client({ connectionString, application_name: APPLICATION + process.pid });
  client.on('error', () => {});
  return client;
}

async function connect(port: number, password: string, directory: string): Promise<Client | undefined> {
  const client = newClient(`postgres://postgres:${password}@127.0.0.1:${port}/postgres`);
  try {
    await client.connect();
    return client;
  } catch (error) {
    if (!isWrongPassword(error)) return undefined;
    throw new Error(
      `A PostgreSQL runs on ${directory} and refuses the password in ${directory}/postgres.password.`,
    );
  }
}

/** Whether the server has no owner; if so, its lock is now `client`'s. False also while that is not certain. */
async function isOrphan(client: Client, data: string, directory: string, mayBeStarting: boolean) {
  // It may be shutting down: then it breaks the connection, and is looked at again.
  const server = await describeServer(client).catch(() => undefined);
  if (server?.data !== data) return false;
  if (server.owner !== null) {
    throw new Error(
      `The database in ${directory} is in use by another process (pid ${server.owner}). Stop that one first, or start ` +
        'this one in another folder.',
    );
  }
  // Between its start and its owner's lock a server looks like an orphan; its starter is alive then.
  const { starter } = server;
  if (mayBeStarting && starter !== null && starter !== process.pid && isAlive(starter)) return false;
  return tryLock(client).catch(() => false);
}

interface RunningServer {
  data: string;
  /** The process that started it. */
  starter: number | null;
  /** The process that holds the lock. */
  owner: string | null;
}

async function describeServer(client: Client): Promise<RunningServer | undefined> {
  const { rows } = await client.query<RunningServer>(
    `SELECT current_setting('data_directory') AS data,
            current_setting('orgdesk.owner_pid', true)::int AS starter,
            (SELECT substr(application_name, length($3) + 1)
               FROM pg_locks JOIN pg_stat_activity USING (pid)
              WHERE locktype = 'advisory' AND classid = $1 AND objid = $2 AND granted) AS owner`,
    [...LOCK, APPLICATION],
  );
  return rows[0];
}

async function tryLock(client: Client): Promise<boolean> {
  const { rows } = await client.query('SELECT pg_try_advisory_lock($1, $2) AS taken', LOCK);
  return rows[0].taken;
}

async function untilGone(pid: number, data: string): Promise<void> {
  const begun = Date.now();
  while (await isPostmasterOf(pid, data)) {
    if (Date.now() - begun > PATIENCE_MS)
      throw new Error(`PostgreSQL (pid ${pid}) on ${data} does not stop.`);
    await sleep(PAUSE_MS);
  }
}
