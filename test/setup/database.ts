import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  url: string;
  /** Ends the sessions that are still on it, and removes it. */
  drop(): Promise<void>;
}

/** A new database of this test's own, migrated and without rows: a copy of the run's template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return create(`${inject('testServer').prefix}template`);
}

/** A new database with nothing in it, not even tables. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return create('template0');
}

async function create(template: string): Promise<TestDatabase> {
  const { connectionString, prefix } = inject('testServer');
  const name = prefix + randomBytes(6).toString('hex');
  const url = new URL(connectionString);
  url.pathname = `/${name}`;
  await onServer(connectionString, async (client) => {
    // One copy at a time, over all workers: a template may have no other session, a copy's neither.
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [prefix]);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  const drop = () =>
    onServer(connectionString, async (client) => {
      await untilUnused(client, name);
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    });
  return { url: url.href, drop };
}

/** Pools that were just ended are still closing their connections; ending those by force would look like an error. */
async function untilUnused(client: Client, name: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const sessions = await client.query('SELECT 1 FROM pg_stat_activity WHERE datname = $1', [name]);
    if (sessions.rowCount === 0) return;
    await sleep(20);
  }
}

async function onServer(connectionString: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client(connectionString);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
