import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { type EmbeddedServer, startEmbeddedServer } from '../../../src/database/embedded/server.ts';
import { startTemporaryServer } from '../../../src/database/embedded/temporary.ts';
import { temporaryFolder } from './folders.ts';
import { ask, startOwner, until } from './owner.ts';

async function start(directory: string): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({ directory, log: () => {} });
  onTestFinished(server.stop);
  return server;
}

test('keeps its rows and its password between starts', async () => {
  const directory = join(await temporaryFolder(), '.data');
  const first = await start(directory);
  await ask(first.connectionString, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await first.stop();
  const second = await start(directory);
  expect(await ask(second.connectionString, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  expect(new URL(second.connectionString).password).toBe(new URL(first.connectionString).password);
});

test('has the settings that the product needs', async () => {
  const { connectionString } = await start(await temporaryFolder());
  const names = [
    'server_encoding',
    'fsync',
    'TimeZone',
    'max_connections',
    'listen_addresses',
    'password_encryption',
  ];
  const rows = await ask(
    connectionString,
    `SELECT name, setting FROM pg_settings WHERE name IN (${names.map((name) => `'${name}'`)})`,
  );
  expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
    server_encoding: 'UTF8',
    fsync: 'on',
    TimeZone: 'UTC',
    max_connections: '200',
    listen_addresses: '127.0.0.1',
    password_encryption: 'scram-sha-256',
  });
});

test('lets nobody in without the password, and nobody from outside', async () => {
  const { connectionString } = await start(await temporaryFolder());
  const wrong = new URL(connectionString);
  wrong.password = 'wrong';
  await expect(ask(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  const outside = Object.values(networkInterfaces())
    .flat()
    .filter((address) => address?.family === 'IPv4' && !address.internal);
  for (const address of outside) {
    const url = new URL(connectionString);
    url.hostname = address?.address ?? '';
    await expect(ask(url.href, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  }
});

test('keeps the password for its owner only', async () => {
  const directory = await temporaryFolder();
  const { connectionString } = await start(directory);
  const file = join(directory, 'postgres.password');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await readFile(file, 'utf8')).trim()).toBe(new URL(connectionString).password);
  expect(new URL(connectionString).password.length).toBeGreaterThanOrEqual(32);
});

test('says what to do when the password of a database is gone or wrong', async () => {
  const directory = await temporaryFolder();
  await (await start(directory)).stop();
  const file = join(directory, 'postgres.password');
  await writeFile(file, 'another');
  await expect(start(directory)).rejects.toThrow(/password authentication failed/);
  await writeFile(file, '');
  await expect(start(directory)).rejects.toThrow(`cannot be read from ${file}`);
});

test('stops once, however often it is asked, and ends the sessions', async () => {
  const server = await start(await temporaryFolder());
  const client = new Client(server.connectionString);
  await client.connect();
  const ended = new Promise((resolve) => client.on('error', resolve));
  await Promise.all([server.stop(), server.stop()]);
  await server.stop();
  expect(await ended).toMatchObject({ code: '57P01' });
  await expect(ask(server.connectionString, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('writes no statement and no value of a row into its log', async () => {
  const directory = await temporaryFolder();
  const { connectionString } = await start(directory);
  await ask(connectionString, 'CREATE TABLE people (email text PRIMARY KEY)');
  const insert = `INSERT INTO people VALUES ('ada@example.com')`;
  await ask(connectionString, insert);
  await expect(ask(connectionString, insert)).rejects.toMatchObject({ code: '23505' });
  const log = await readFile(join(directory, 'postgres.log'), 'utf8');
  expect(log).toContain('duplicate key');
  expect(log).not.toContain('ada@');
});

test('a temporary server leaves nothing behind', async () => {
  const server = await startTemporaryServer({ log: () => {} });
  const [row] = await ask(server.connectionString, `SELECT current_setting('data_directory') AS data`);
  const folder = join(String(row?.data), '..');
  expect((await stat(folder)).isDirectory()).toBe(true);
  await server.stop();
  await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('nor does one whose process is killed', async () => {
  const directory = await temporaryFolder();
  const owner = await startOwner({ directory, temporary: true });
  expect(existsSync(directory)).toBe(true);
  await owner.kill();
  await until(() => !existsSync(directory));
});
