import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { listForEngine, NO_FILTERS, withSchemaEngine } from './schema-engine.ts';
import { postgresUnavailable } from './unavailable.ts';

// The same two steps up from src/database and from dist/database.
const PRISMA = fileURLToPath(new URL('../../prisma/', import.meta.url));

/** prisma/migrations of this installation. */
export const MIGRATIONS_DIRECTORY = join(PRISMA, 'migrations');

/** prisma/schema.prisma of this installation. */
export const SCHEMA_FILE = join(PRISMA, 'schema.prisma');

const LOCK = 'orgdesk:migrations';
/** A server that says nothing for so long is away. */
const CONNECT_MS = 10_000;

export interface MigrateOptions {
  log: (message: string) => void;
  /** Another folder of migrations than this installation's. */
  directory?: string;
}

/** A migration that stands half-way; the message is for the operator and says what to do. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

interface Recorded {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
  rolled_back_at: Date | null;
}

/**
 * Applies what is missing of prisma/migrations, in order, and gives the names that were applied (none when the database
 * is up to date). Each migration is one transaction, recorded in `_prisma_migrations` like the Prisma CLI does. Any
 * number of processes may call it at once: one works, the others wait and find nothing to do.
 * @throws MigrationError when a migration fails, or when an earlier one never reported its end.
 * @throws StoreUnavailable when PostgreSQL does not take the connection.
 */
export async function migrate(
  connectionString: string,
  { log, directory = MIGRATIONS_DIRECTORY }: MigrateOptions,
): Promise<string[]> {
  const names = await migrationNames(directory);
  const client = new Client({
    connectionString,
    application_name: 'orgdesk migrations',
    connectionTimeoutMillis: CONNECT_MS,
  });
  await client.connect().catch((error) => {
    throw postgresUnavailable(connectionString, error);
  });
  try {
    const recorded = await recordedMigrations(client);
    await warnOfEdits(recorded, directory, log);
    if (missing(names, recorded).length === 0) return [];
    await lock(client, log);
    return await apply(client, connectionString, directory, names, log);
  } finally {
    await client.end();
  }
}

/**
 * Settles a migration whose end is unknown, after an operator has looked: `applied` when all of it is in the database,
 * `rolled-back` when none of it is, so that the next `migrate` runs it again.
 */
export async function resolveMigration(
  connectionString: string,
  migrationName: string,
  outcome: 'applied' | 'rolled-back',
  directory: string = MIGRATIONS_DIRECTORY,
): Promise<void> {
  await withSchemaEngine(connectionString, {}, async (engine) => {
    if (outcome === 'rolled-back') return engine.markMigrationRolledBack({ migrationName });
    const migrationsList = await listForEngine(directory, await migrationNames(directory));
    return engine.markMigrationApplied({ migrationName, migrationsList });
  });
}

/** The migrations of a folder, oldest first. */
export async function migrationNames(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

async function recordedMigrations(client: Client): Promise<Recorded[]> {
  const found = await client.query(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS present`);
  if (!found.rows[0].present) return [];
  const { rows } = await client.query<Recorded>(
    'SELECT migration_name, checksum, finished_at, rolled_back_at FROM _prisma_migrations ORDER BY started_at',
  );
  return rows.filter((row) => row.rolled_back_at === null);
}

function missing(names: string[], recorded: Recorded[]): string[] {
  const finished = new Set(recorded.filter((row) => row.finished_at).map((row) => row.migration_name));
  return names.filter((name) => !finished.has(name));
}

async function warnOfEdits(recorded: Recorded[], directory: string, log: MigrateOptions['log']) {
  for (const { migration_name: name, checksum } of recorded.filter((row) => row.finished_at)) {
    const sql = await readFile(join(directory, name, 'migration.sql')).catch(() => null);
    if (sql && createHash('sha256').update(sql).digest('hex') !== checksum) {
      log(`Migration ${name} was changed after this database applied it; the change is not in effect here.`);
    }
  }
}

/** Held by the session: PostgreSQL frees it when this process is gone, however it went. */
async function lock(client: Client, log: MigrateOptions['log']): Promise<void> {
  const attempt = await client.query('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken', [LOCK]);
  if (attempt.rows[0].taken) return;
  log('Another process is migrating this database; waiting for it.');
  await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [LOCK]);
}

async function apply(
  client: Client,
  connectionString: string,
  directory: string,
  names: string[],
  log: MigrateOptions['log'],
): Promise<string[]> {
  const before = await recordedMigrations(client);
  if (missing(names, before).length === 0) return [];
  const interrupted = before.find((row) => row.finished_at === null);
  if (interrupted) throw new MigrationError(interruptedMessage(interrupted.migration_name));
  return withSchemaEngine(connectionString, {}, async (engine, adapter) => {
    const migrationsList = await listForEngine(directory, names);
    try {
      const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: NO_FILTERS });
      for (const name of appliedMigrationNames) log(`Applied migration ${name}.`);
      return appliedMigrationNames;
    } catch (error) {
      // Without a refusal the connection broke, and nobody knows how the migration ended.
      if (adapter.refusal === undefined) throw error;
      const failed = (await recordedMigrations(client)).find((row) => row.finished_at === null);
      const migrationName = failed?.migration_name ?? '';
      await engine.markMigrationRolledBack({ migrationName });
      throw new MigrationError(failedMessage(migrationName, adapter.refusal), { cause: error });
    }
  });
}

function failedMessage(name: string, refusal: string): string {
  return (
    `Migration ${name} failed and was rolled back; the migrations before it stand. PostgreSQL said: ${refusal}\n` +
    `Mend prisma/migrations/${name}/migration.sql, or the rows it stumbled over, and run "npm run migrate" again.`
  );
}

function interruptedMessage(name: string): string {
  return (
    `Migration ${name} was begun earlier and never reported its end: its process was probably killed.\n` +
    `Look whether what prisma/migrations/${name}/migration.sql makes is in the database: it is there whole or not at ` +
    `all. If it is there, run "npm run migrate -- --applied ${name}"; if not, "npm run migrate -- --rolled-back ` +
    `${name}", and then "npm run migrate".`
  );
}
