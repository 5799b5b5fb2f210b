import { chmod, chown, readlink, realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { isRoot, serverAccount } from '../../../src/database/embedded/account.ts';
import { startEmbeddedServer } from '../../../src/database/embedded/server.ts';
import { copyOfPostgres, removeLinks, temporaryFolder } from './folders.ts';
import { ask, startOwner } from './owner.ts';

// The owner of the user "nobody" on Linux; any number but root's would do.
const NOBODY = 65_534;

const onlyRoot = ({ skip }: TestContext) => skip(!isRoot(), 'only root can show it');

async function start(directory: string, native?: string, said: string[] = []) {
  const server = await startEmbeddedServer({ directory, native, log: (message) => said.push(message) });
  onTestFinished(server.stop);
  return server;
}

async function serverUser(directory: string): Promise<number> {
  return (await stat(join(directory, 'postgres', 'postmaster.pid'))).uid;
}

test('root runs PostgreSQL as an unprivileged user, in the folder that was asked for', async (context) => {
  onlyRoot(context);
  const folder = await temporaryFolder();
  const directory = join(folder, '.data');
  const said: string[] = [];
  await start(directory, await copyOfPostgres(folder), said);
  expect(said).toEqual([]);
  expect(await serverUser(directory)).not.toBe(0);
  expect(await realpath(join(directory, 'postgres'))).toBe(join(await realpath(directory), 'postgres'));
});

test('root: below a closed folder the data and the programs lie elsewhere, and it says where', async (context) => {
  onlyRoot(context);
  const closed = await temporaryFolder(0o700);
  const directory = join(closed, '.data');
  const native = await copyOfPostgres(closed);
  const said: string[] = [];
  const first = await start(directory, native, said);
  await ask(first.connectionString, 'CREATE TABLE kept AS SELECT 42 AS answer');
  const data = await readlink(join(directory, 'postgres'));
  const home = join(data, '..');
  expect(data).toMatch(/^\/var\/(lib|tmp)\/orgdesk\/[0-9a-f]{16}\/postgres-/);
  expect(said).toEqual([
    `The user that PostgreSQL runs as cannot reach ${await realpath(directory)}; the database lies in ${home}.`,
    expect.stringContaining(`they were copied to ${home}/postgresql-`),
  ]);
  await first.stop();
  said.length = 0;
  const second = await start(directory, native, said);
  expect(await ask(second.connectionString, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  expect(said).toEqual([]);
});

test('root: a database that was kept elsewhere and is gone is not replaced by an empty one', async (context) => {
  onlyRoot(context);
  const directory = join(await temporaryFolder(0o700), '.data');
  await (await start(directory)).stop();
  const data = await readlink(join(directory, 'postgres'));
  await rm(data, { recursive: true });
  await expect(start(directory)).rejects.toThrow(`was kept in ${data}, which is gone`);
});

test('root: a folder that was closed after the database was made is named', async (context) => {
  onlyRoot(context);
  const outer = await temporaryFolder();
  const directory = join(outer, '.data');
  await (await start(directory)).stop();
  await chmod(outer, 0o700);
  await expect(start(directory)).rejects.toThrow(/cannot reach it: a folder above is closed/);
});

test('root serves the database of an ordinary user as that user', async (context) => {
  onlyRoot(context);
  const directory = await temporaryFolder();
  await chown(directory, NOBODY, NOBODY);
  const native = await copyOfPostgres(await temporaryFolder());
  const owner = await startOwner({ directory, native, uid: NOBODY });
  await ask(owner.connectionString, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await owner.stop();
  const { connectionString } = await start(directory);
  expect(await ask(connectionString, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  expect(await serverUser(directory)).toBe(NOBODY);
});

test('an ordinary user runs PostgreSQL as themselves', async () => {
  const uid = isRoot() ? NOBODY : process.getuid?.();
  const directory = await temporaryFolder();
  if (isRoot()) await chown(directory, NOBODY, NOBODY);
  const native = await copyOfPostgres(await temporaryFolder());
  const owner = await startOwner({ directory, native, uid: isRoot() ? uid : undefined });
  expect(owner.error).toBeUndefined();
  expect(owner.logged).toEqual([]);
  expect(await serverUser(directory)).toBe(uid);
  expect(await ask(owner.connectionString, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('an ordinary user is told whose database it is', async (context) => {
  onlyRoot(context);
  const directory = await temporaryFolder();
  await (await start(directory)).stop();
  const { uid } = await stat(join(directory, 'postgres'));
  const owner = await startOwner({ directory, uid: NOBODY });
  expect(owner.error).toContain(`belongs to the user with the number ${uid}`);
});

test('the links that npm did not make are made', async () => {
  const native = await copyOfPostgres(await temporaryFolder());
  await removeLinks(native);
  const said: string[] = [];
  const { connectionString } = await start(await temporaryFolder(), native, said);
  expect(await ask(connectionString, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(said).toEqual([]);
});

test('where they cannot be made, the programs are copied beside the data, once', async () => {
  const folder = await temporaryFolder();
  const native = await copyOfPostgres(folder);
  await removeLinks(native);
  const directory = await temporaryFolder();
  if (isRoot()) await chown(directory, NOBODY, NOBODY);
  else await chmod(join(native, 'lib'), 0o555);
  onTestFinished(() => chmod(join(native, 'lib'), 0o755));
  const input = { directory, native, uid: isRoot() ? NOBODY : undefined };
  const first = await startOwner(input);
  expect(first.error).toBeUndefined();
  expect(first.logged).toEqual([expect.stringContaining(`copied to ${directory}/postgresql-`)]);
  await first.stop();
  const second = await startOwner(input);
  expect(second.logged).toEqual([]);
  expect(await ask(second.connectionString, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('root takes the next user when the first can neither be found nor made', async (context) => {
  onlyRoot(context);
  expect(await serverAccount(undefined, ['Not A User', 'nobody'])).toMatchObject({ uid: NOBODY });
  await expect(serverAccount(undefined, ['Not A User'])).rejects.toThrow(/none of the users Not A User/);
});
