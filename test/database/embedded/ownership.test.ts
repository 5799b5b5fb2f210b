import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isPostmasterOf } from '../../../src/database/embedded/postmaster-file.ts';
import { startEmbeddedServer } from '../../../src/database/embedded/server.ts';
import { temporaryFolder } from './folders.ts';
import { ask, childrenOf, type Owner, postmasterOf, startOwner, until } from './owner.ts';

async function start(directory: string, said: string[] = []) {
  const server = await startEmbeddedServer({ directory, log: (message) => said.push(message) });
  onTestFinished(server.stop);
  return server;
}

/** An owner whose database holds a row, about to be killed. */
async function ownerWithRow(directory: string): Promise<Owner> {
  const owner = await startOwner({ directory });
  await ask(owner.connectionString, 'CREATE TABLE kept AS SELECT 42 AS answer');
  return owner;
}

async function expectRow({ connectionString }: { connectionString: string }) {
  expect(await ask(connectionString, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
}

/** kill -9 for the process and for what would have stopped its server: the server stays. */
async function orphan(owner: Owner, directory: string): Promise<number> {
  const postmaster = postmasterOf(directory);
  for (const pid of childrenOf(owner.pid)) if (pid !== postmaster) process.kill(pid, 'SIGKILL');
  await owner.kill();
  return postmaster;
}

/** A dead process whose number nobody has collected yet counts as gone. */
async function untilGone(postmaster: number, directory: string): Promise<void> {
  await until(async () => !(await isPostmasterOf(postmaster, join(directory, 'postgres'))));
}

test('a second process is refused, and told the folder and the process that has it', async () => {
  const directory = await temporaryFolder();
  const owner = await startOwner({ directory });
  await expect(start(directory)).rejects.toThrow(
    `The database in ${directory} is in use by another process (pid ${owner.pid}). ` +
      'Stop that one first, or start this one in another folder.',
  );
  expect(await ask(owner.connectionString, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('of two that start at once on an empty folder one gets it, and the other says so', async () => {
  const directory = await temporaryFolder();
  const owners = await Promise.all([startOwner({ directory }), startOwner({ directory })]);
  const [winner, loser] = owners.sort((a, b) => Number(Boolean(a.error)) - Number(Boolean(b.error)));
  expect(winner?.error).toBeUndefined();
  expect(loser?.error).toContain(`(pid ${winner?.pid})`);
  expect(await ask(winner?.connectionString, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect((await readdir(directory)).filter((name) => /initializing|password\./.test(name))).toEqual([]);
});

test('the owner keeps the database through a crash of one session', async () => {
  const directory = await temporaryFolder();
  const owner = await startOwner({ directory });
  const crash = ask(owner.connectionString, 'SELECT pg_backend_pid() AS pid, pg_sleep(60)').catch(() => {});
  const sleeping = `SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND pid <> pg_backend_pid()`;
  await until(async () => (await ask(owner.connectionString, sleeping)).length > 0);
  const [row] = await ask(owner.connectionString, sleeping);
  process.kill(Number(row?.pid), 'SIGKILL');
  await crash;
  await expect(start(directory)).rejects.toThrow(`(pid ${owner.pid})`);
});

test('the server goes when its process is killed, and the next start has the rows', async () => {
  const directory = await temporaryFolder();
  const owner = await ownerWithRow(directory);
  const postmaster = postmasterOf(directory);
  await owner.kill();
  await untilGone(postmaster, directory);
  await expectRow(await start(directory));
});

test('a start right after a kill waits for the old server to go', async () => {
  const directory = await temporaryFolder();
  const owner = await ownerWithRow(directory);
  await owner.kill();
  await expectRow(await start(directory));
});

test('a server that outlived its process is stopped, and its rows are there', async () => {
  const directory = await temporaryFolder();
  const owner = await ownerWithRow(directory);
  const postmaster = await orphan(owner, directory);
  expect(await isPostmasterOf(postmaster, join(directory, 'postgres'))).toBe(true);
  const said: string[] = [];
  const server = await start(directory, said);
  expect(said).toEqual([
    `PostgreSQL (pid ${postmaster}) was left running on ${directory} by a process that died; stopping it.`,
  ]);
  expect(await isPostmasterOf(postmaster, join(directory, 'postgres'))).toBe(false);
  await expectRow(server);
});

test('of two that find such a server one gets it', async () => {
  const directory = await temporaryFolder();
  await orphan(await ownerWithRow(directory), directory);
  const owners = await Promise.all([startOwner({ directory }), startOwner({ directory })]);
  expect(owners.filter((owner) => owner.connectionString)).toHaveLength(1);
  expect(owners.flatMap((owner) => owner.error ?? [])).toEqual([
    expect.stringContaining('is in use by another process'),
  ]);
});

test('files of a server that was killed itself are no obstacle', async () => {
  const directory = await temporaryFolder();
  const owner = await ownerWithRow(directory);
  const postmaster = await orphan(owner, directory);
  process.kill(postmaster, 'SIGKILL');
  await untilGone(postmaster, directory);
  expect(existsSync(join(directory, 'postgres', 'postmaster.pid'))).toBe(true);
  await expectRow(await start(directory));
});

test('a number in postmaster.pid that is now another process of the same user is no obstacle', async () => {
  const directory = await temporaryFolder();
  const owner = await ownerWithRow(directory);
  const postmaster = await orphan(owner, directory);
  process.kill(postmaster, 'SIGKILL');
  await untilGone(postmaster, directory);
  const { uid, gid } = await stat(join(directory, 'postgres'));
  const stranger = spawn('sleep', ['300'], process.getuid?.() === 0 ? { uid, gid } : {});
  onTestFinished(() => void stranger.kill());
  await once(stranger, 'spawn');
  const file = join(directory, 'postgres', 'postmaster.pid');
  const [, ...rest] = (await readFile(file, 'utf8')).split('\n');
  await writeFile(file, [stranger.pid, ...rest].join('\n'));
  await expectRow(await start(directory));
  expect(stranger.exitCode).toBeNull();
  expect(stranger.signalCode).toBeNull();
});

test('an empty postmaster.pid, as a crash of the machine leaves it, is no obstacle', async () => {
  const directory = await temporaryFolder();
  await (await start(directory)).stop();
  const file = join(directory, 'postgres', 'postmaster.pid');
  const { uid, gid } = await stat(join(directory, 'postgres'));
  await writeFile(file, '');
  await chown(file, uid, gid);
  await utimes(file, new Date(0), new Date(0));
  const { connectionString } = await start(directory);
  expect(await ask(connectionString, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('what a killed first start left half made is cleared', async () => {
  const directory = await temporaryFolder();
  const gone = spawn('true');
  await once(gone, 'exit');
  const draft = join(directory, `postgres.initializing.${gone.pid}.0a0b0c0d`);
  await writeFile(draft, '');
  await start(directory);
  expect(existsSync(draft)).toBe(false);
});
