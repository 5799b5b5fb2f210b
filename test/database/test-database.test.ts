import { Client } from 'pg';
import { expect, inject, onTestFinished, test } from 'vitest';
import { migrate } from '../../src/database/migrations.ts';
import { createTestDatabase, type TestDatabase } from '../setup/database.ts';

async function connect({ url }: TestDatabase): Promise<Client> {
  const client = new Client(url);
  client.on('error', () => {});
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

const insert = `INSERT INTO ticket_sequences VALUES (gen_random_uuid(), 'TKT', 1)`;

test('databases asked for together are migrated, and each is its own', async () => {
  const databases = await Promise.all(Array.from({ length: 6 }, createTestDatabase));
  onTestFinished(async () => void (await Promise.all(databases.map((database) => database.drop()))));
  expect(new Set(databases.map(({ url }) => url)).size).toBe(6);
  const clients = await Promise.all(databases.map(connect));
  await clients[0]?.query(`SET session_replication_role = replica; ${insert}`);
  const counts = await Promise.all(
    clients.map((client) => client.query('SELECT count(*)::int AS n FROM ticket_sequences')),
  );
  expect(counts.map(({ rows }) => rows[0].n)).toEqual([1, 0, 0, 0, 0, 0]);
  expect(await migrate(databases[1]?.url ?? '', { log: () => {} })).toEqual([]);
});

test('a database is dropped in spite of a session that is still on it', async () => {
  const database = await createTestDatabase();
  await connect(database);
  await database.drop();
  const name = new URL(database.url).pathname.slice(1);
  const client = new Client(inject('testServer').connectionString);
  await client.connect();
  onTestFinished(() => client.end());
  const { rows } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  expect(rows).toEqual([]);
});
