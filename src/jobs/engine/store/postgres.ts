import { createPostgresBackend, DEFAULT_SCHEMA, runMigrations } from 'bullmq';
import { Client, Pool } from 'pg';
import { addressOf, reasonOf, StoreUnavailable } from '../../../database/unavailable.ts';
import { queueNames } from '../../queues.ts';
import type { Backend } from './backend.ts';

/** Connections for statements; every worker holds one more, to listen. */
const STATEMENTS = 12;

/**
 * BullMQ in a schema of its own in our PostgreSQL, made or brought up to date here, under BullMQ's lock.
 * @throws StoreUnavailable when PostgreSQL does not answer now or does not let us make the schema.
 */
export async function openPostgresBackend(connectionString: string): Promise<Backend> {
  await migrate(connectionString);
  // A pool that is given to BullMQ works in its default schema. All queues share this one.
  const pool = new Pool({
    connectionString,
    max: STATEMENTS + queueNames.length,
    application_name: 'orgdesk queues',
    keepAlive: true,
    onConnect: async (client) => {
      await client.query(`SET search_path TO ${DEFAULT_SCHEMA}`);
    },
  });
  pool.setMaxListeners(0);
  pool.on('error', () => {});

  return {
    name: 'PostgreSQL',
    prefix: DEFAULT_SCHEMA,
    factory: createPostgresBackend as Backend['factory'],
    producer: pool,
    consumer: pool,
    async missing(queue, ids) {
      const { rows } = await pool.query<{ id: string }>(
        `SELECT wanted.id FROM unnest($2::text[]) AS wanted (id)
          WHERE NOT EXISTS (SELECT 1 FROM job WHERE job.queue = $1 AND job.id = wanted.id)`,
        [queue, ids],
      );
      return rows.map((row) => row.id);
    },
    async check() {
      await pool.query('SELECT 1');
    },
    close: () => pool.end(),
  };
}

async function migrate(connectionString: string): Promise<void> {
  const client = new Client({ connectionString, application_name: 'orgdesk queues' });
  client.on('error', () => {});
  try {
    await client.connect();
    await runMigrations(client, DEFAULT_SCHEMA);
  } catch (error) {
    throw new StoreUnavailable(
      `The queues in PostgreSQL at ${addressOf(connectionString)} cannot be opened (${reasonOf(error)}). ` +
        'Start PostgreSQL and see that DATABASE_URL names a user who may make a schema.',
      { cause: error },
    );
  } finally {
    await client.end().catch(() => {});
  }
}
