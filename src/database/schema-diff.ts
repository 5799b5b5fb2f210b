import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { MIGRATIONS_DIRECTORY, migrationNames, SCHEMA_FILE } from './migrations.ts';
import { listForEngine, NO_FILTERS, withSchemaEngine } from './schema-engine.ts';

export interface DiffOptions {
  /** Another folder of migrations than this installation's. */
  directory?: string;
  /** Another schema.prisma than this installation's. */
  schemaFile?: string;
}

/**
 * The SQL that takes a database from what the migrations make to what schema.prisma describes; null when they agree.
 * Tables, columns, enums, keys and indexes with their predicates are compared; functions, triggers and checks are not
 * part of Prisma's language and not seen. The server behind `connectionString` lends an empty database, dropped afterwards.
 */
export async function diffSchema(
  connectionString: string,
  { directory = MIGRATIONS_DIRECTORY, schemaFile = SCHEMA_FILE }: DiffOptions = {},
): Promise<string | null> {
  const schema = { path: schemaFile, content: await readFile(schemaFile, 'utf8') };
  return withScratchDatabase(connectionString, (shadow) =>
    withSchemaEngine(connectionString, { schema, shadow }, async (engine) => {
      const { exitCode, stdout } = await engine.diff({
        from: { tag: 'migrations', ...(await listForEngine(directory, await migrationNames(directory))) },
        to: { tag: 'schemaDatamodel', files: [schema] },
        script: true,
        exitCode: true,
        filters: NO_FILTERS,
      });
      return exitCode === 0 ? null : stdout;
    }),
  );
}

async function withScratchDatabase<T>(
  connectionString: string,
  work: (scratch: string) => Promise<T>,
): Promise<T> {
  const client = new Client(connectionString);
  await client.connect();
  const name = `orgdesk_diff_${randomUUID()}`;
  const scratch = new URL(connectionString);
  scratch.pathname = `/${name}`;
  try {
    await client.query(`CREATE DATABASE "${name}" TEMPLATE template0`);
    return await work(scratch.href);
  } finally {
    await client.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    await client.end();
  }
}
