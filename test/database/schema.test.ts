import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { SCHEMA_FILE } from '../../src/database/migrations.ts';
import { diffSchema } from '../../src/database/schema-diff.ts';

const { connectionString } = inject('testServer');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orgdesk-schema-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function diffWithSchema(change: (schema: string) => string): Promise<string | null> {
  const before = await readFile(SCHEMA_FILE, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  const schemaFile = join(folder, 'schema.prisma');
  await writeFile(schemaFile, after);
  return diffSchema(connectionString, { schemaFile });
}

test('the migrations make what schema.prisma describes', async () => {
  expect(await diffSchema(connectionString), 'run "npm run migration:new -- name"').toBeNull();
});

test('a column that no migration makes is seen', async () => {
  const sql = await diffWithSchema((schema) =>
    schema.replace('model TicketSequence {', 'model TicketSequence {\n  note String?'),
  );
  expect(sql).toContain('ALTER TABLE "ticket_sequences" ADD COLUMN     "note" TEXT');
});

test('another predicate of a partial index is seen', async () => {
  const sql = await diffWithSchema((schema) =>
    schema.replace(
      `where: raw("role = 'owner' AND status = 'active'")`,
      `where: raw("role = 'owner' AND status = 'removed'")`,
    ),
  );
  expect(sql).toContain('DROP INDEX "members_one_owner"');
  expect(sql).toMatch(/CREATE UNIQUE INDEX "members_one_owner" .* WHERE .*'removed'/);
});

test('a partial index that became a whole one is seen', async () => {
  const sql = await diffWithSchema((schema) =>
    schema.replace(
      `@@index([id], where: raw("status = 'parked'"), map: "outbox_parked")`,
      '@@index([id], map: "outbox_parked")',
    ),
  );
  expect(sql).toContain('CREATE INDEX "outbox_parked" ON "outbox"("id");');
});
