import { createHash, randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  MIGRATIONS_DIRECTORY,
  MigrationError,
  migrate,
  migrationNames,
  resolveMigration,
} from '../../src/database/migrations.ts';
import { createEmptyDatabase, type TestDatabase } from '../setup/database.ts';

let database: TestDatabase;
let client: Client;
let directory: string;
let said: string[];

const log = (message: string) => said.push(message);

beforeEach(async () => {
  said = [];
  directory = await mkdtemp(join(tmpdir(), 'orgdesk-migrations-'));
  await cp(join(MIGRATIONS_DIRECTORY, 'migration_lock.toml'), join(directory, 'migration_lock.toml'));
  database = await createEmptyDatabase();
  client = new Client(database.url);
  await client.connect();
});

afterEach(async () => {
  await client.end();
  await database.drop();
  await rm(directory, { recursive: true });
});

async function writeMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(directory, name), { recursive: true });
  await writeFile(join(directory, name, 'migration.sql'), sql);
}

async function tables(): Promise<string[]> {
  const { rows } = await client.query(
    `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND NOT starts_with(tablename, '_') ORDER BY 1`,
  );
  return rows.map((row) => row.tablename);
}

function refusal(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => Promise.reject(new Error('It was not refused.')),
    (error) => error,
  );
}

describe('migrate', () => {
  test('applies what this installation has, in order, and then finds nothing to do', async () => {
    const names = await migrationNames(MIGRATIONS_DIRECTORY);
    expect(await migrate(database.url, { log })).toEqual(names);
    expect(await tables()).toContain('organizations');
    expect(await migrate(database.url, { log })).toEqual([]);
  });

  test('gives every ticket the name that its requester has, where that is one', async () => {
    const names = await migrationNames(MIGRATIONS_DIRECTORY);
    const before = names.slice(0, names.indexOf('20261124000300_requester_name'));
    for (const name of before)
      await cp(join(MIGRATIONS_DIRECTORY, name), join(directory, name), { recursive: true });
    await migrate(database.url, { log, directory });
    const organization = randomUUID();
    await client.query(
      `INSERT INTO organizations (id, team_id, name, created_at) VALUES ('${organization}', 'T1', 'Harbour', now())`,
    );
    for (const [number, name] of ['Cara', 'cara2@c.example'].entries()) {
      const customer = randomUUID();
      const email = `cara${number + 1}@c.example`;
      await client.query(`INSERT INTO customers (id, organization_id, email, name, created_at)
        VALUES ('${customer}', '${organization}', '${email}', '${name}', now())`);
      await client.query(`INSERT INTO tickets (id, organization_id, prefix, number, title, source, requester_id, created_at, active_at)
        VALUES ('${randomUUID()}', '${organization}', 'TKT', ${number + 1}, 'Cold', 'email', '${customer}', now(), now())`);
    }
    await migrate(database.url, { log });
    const { rows } = await client.query('SELECT requester_name FROM tickets ORDER BY number');
    expect(rows.map((row) => row.requester_name)).toEqual(['Cara', null]);
  });

  test('records a migration as the Prisma CLI does', async () => {
    await writeMigration('1_rooms', 'CREATE TABLE rooms (id int);');
    await migrate(database.url, { log, directory });
    const { rows } = await client.query('SELECT * FROM _prisma_migrations');
    expect(rows).toMatchObject([
      {
        migration_name: '1_rooms',
        checksum: createHash('sha256').update('CREATE TABLE rooms (id int);').digest('hex'),
        finished_at: expect.any(Date),
        rolled_back_at: null,
        applied_steps_count: 1,
      },
    ]);
  });

  test('is done once when eight start together: the others wait', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, () => migrate(database.url, { log })));
    expect(results.filter((applied) => applied.length > 0)).toEqual([
      await migrationNames(MIGRATIONS_DIRECTORY),
    ]);
    expect(said).toContain('Another process is migrating this database; waiting for it.');
  });

  test('leaves the semicolons inside a function alone', async () => {
    const body = `CREATE FUNCTION twice(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN n := n * 2; RETURN n; END $$;`;
    await writeMigration('1_function', `${body}\nCREATE TABLE rooms (id int);`);
    await migrate(database.url, { log, directory });
    expect((await client.query('SELECT twice(21)')).rows).toEqual([{ twice: 42 }]);
    expect(await tables()).toEqual(['rooms']);
  });

  test('says which migration was changed after it was applied', async () => {
    await writeMigration('1_rooms', 'CREATE TABLE rooms (id int);');
    await migrate(database.url, { log, directory });
    await writeMigration('1_rooms', 'CREATE TABLE rooms (id bigint);');
    await migrate(database.url, { log, directory });
    expect(said.at(-1)).toMatch(/^Migration 1_rooms was changed after this database applied it/);
  });

  test('lets a newer database be: an older process may still be starting', async () => {
    await writeMigration('1_rooms', 'CREATE TABLE rooms (id int);');
    await writeMigration('2_doors', 'CREATE TABLE doors (id int);');
    await migrate(database.url, { log, directory });
    await rm(join(directory, '2_doors'), { recursive: true });
    expect(await migrate(database.url, { log, directory })).toEqual([]);
  });
});

describe('a migration that fails', () => {
  beforeEach(async () => {
    await writeMigration('1_rooms', 'CREATE TABLE rooms (id int);');
    await writeMigration(
      '2_doors',
      'CREATE TABLE doors (id int);\nSELECT nothing;\nCREATE TABLE keys (id int);',
    );
    await writeMigration('3_walls', 'CREATE TABLE walls (id int);');
  });

  test('is named with its line and what to do, and leaves nothing behind', async () => {
    const error = await refusal(migrate(database.url, { log, directory }));
    expect(error).toBeInstanceOf(MigrationError);
    expect(error.message).toBe(
      'Migration 2_doors failed and was rolled back; the migrations before it stand. ' +
        'PostgreSQL said: column "nothing" does not exist (line 2)\n' +
        'Mend prisma/migrations/2_doors/migration.sql, or the rows it stumbled over, and run "npm run migrate" again.',
    );
    expect(await tables()).toEqual(['rooms']);
  });

  test('is tried again once it is mended', async () => {
    await refusal(migrate(database.url, { log, directory }));
    expect((await refusal(migrate(database.url, { log, directory }))).message).toContain('2_doors failed');
    await writeMigration('2_doors', 'CREATE TABLE doors (id int);');
    expect(await migrate(database.url, { log, directory })).toEqual(['2_doors', '3_walls']);
    expect(await tables()).toEqual(['doors', 'rooms', 'walls']);
  });
});

describe('a migration whose process was killed', () => {
  beforeEach(async () => {
    await writeMigration('1_rooms', 'CREATE TABLE rooms (id int);');
    await migrate(database.url, { log, directory });
    await writeMigration('2_doors', 'CREATE TABLE doors (id int);');
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, applied_steps_count)
       VALUES (gen_random_uuid(), $1, '2_doors', 0)`,
      [
        createHash('sha256')
          .update(await readFile(join(directory, '2_doors', 'migration.sql')))
          .digest('hex'),
      ],
    );
  });

  test('is named with the two ways out', async () => {
    const error = await refusal(migrate(database.url, { log, directory }));
    expect(error).toBeInstanceOf(MigrationError);
    expect(error.message).toContain('Migration 2_doors was begun earlier and never reported its end');
    expect(error.message).toContain('npm run migrate -- --applied 2_doors');
    expect(error.message).toContain('npm run migrate -- --rolled-back 2_doors');
  });

  test('runs again when it was rolled back', async () => {
    await resolveMigration(database.url, '2_doors', 'rolled-back', directory);
    expect(await migrate(database.url, { log, directory })).toEqual(['2_doors']);
    expect(await tables()).toEqual(['doors', 'rooms']);
  });

  test('does not run again when it was applied', async () => {
    await client.query('CREATE TABLE doors (id int)');
    await resolveMigration(database.url, '2_doors', 'applied', directory);
    expect(await migrate(database.url, { log, directory })).toEqual([]);
  });
});
