import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { bundle } from '../../esbuild.config.ts';
import { startTemporaryServer } from '../../src/database/embedded/temporary.ts';
import { migrate } from '../../src/database/migrations.ts';

declare module 'vitest' {
  interface ProvidedContext {
    testServer: TestServer;
  }
}

/** The server of this run; see database.ts for a database on it. */
export interface TestServer {
  connectionString: string;
  /** Starts the names of this run's databases: another run on the same server has another. */
  prefix: string;
}

const quiet = () => {};

/**
 * One PostgreSQL for the whole run: the one TEST_DATABASE_URL names (a superuser, or a user who may create databases), else
 * an embedded one. What browsers run is bundled anew, so that no test sees an older one. A migrated database is made once, for every test's own to be copied from.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await bundle();
  const given = process.env.TEST_DATABASE_URL;
  const server = given
    ? { connectionString: given, stop: async () => {} }
    : await startTemporaryServer({ log: quiet, settings: { max_connections: '400' } });
  const { connectionString } = server;
  const prefix = `orgdesk_test_${randomBytes(4).toString('hex')}_`;
  const template = new URL(connectionString);
  template.pathname = `/${prefix}template`;
  await withClient(connectionString, (client) => client.query(`CREATE DATABASE ${prefix}template`));
  await migrate(template.href, { log: quiet });
  project.provide('testServer', { connectionString, prefix });
  return async () => {
    if (given) await withClient(connectionString, (client) => dropAll(client, prefix));
    await server.stop();
  };
}

async function dropAll(client: Client, prefix: string): Promise<void> {
  const { rows } = await client.query('SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [
    prefix,
  ]);
  for (const { datname } of rows) await client.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
}

async function withClient(connectionString: string, work: (client: Client) => Promise<unknown>) {
  const client = new Client(connectionString);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
