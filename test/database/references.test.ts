import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../src/database/client.ts';
import { createTestDatabase, type TestDatabase } from '../setup/database.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await createTestDatabase();
  database = createDatabase(server.url);
});
afterAll(async () => {
  await database.$disconnect();
  await server.drop();
});

/** Tables that grow with what customers write: of these, an organization may have a million rows. */
const large = [
  'tickets',
  'ticket_messages',
  'ticket_notes',
  'ticket_attachments',
  'customers',
  'thread_posts',
];

// PostgreSQL looks for the rows that refer to a deleted one with a statement for each: without an index each reads all there is.
test('whatever refers to something that is deleted with its organization is found on an index', async () => {
  const references = await database.$queryRaw<{ reference: string; indexed: boolean }[]>`
    SELECT c.conrelid::regclass || '.' || a.attname AS reference, EXISTS (
      SELECT FROM pg_index i
      WHERE i.indrelid = c.conrelid AND i.indkey[0] = a.attnum
        AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = '(' || a.attname || ' IS NOT NULL)')) AS indexed
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.conrelid::regclass::text = ANY (${large})`;
  expect(references.length).toBeGreaterThan(15);
  expect(references.filter(({ indexed }) => !indexed).map(({ reference }) => reference)).toEqual([]);
});
