import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabase, type Database, Prisma } from '../../src/database/client.ts';
import { figuresQuery, seatChangesQuery } from '../../src/metrics/readings.ts';
import { START, testContext } from '../setup/context.ts';
import { createTestDatabase, type TestDatabase } from '../setup/database.ts';
import { seedOrganization } from '../setup/organization.ts';

const DONE = 20_000;
let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await createTestDatabase();
  database = createDatabase(server.url);
  const { id } = await seedOrganization(testContext(database));
  await database.$executeRaw`
    INSERT INTO outbox (id, topic, payload, status, available_at, created_at, done_at)
    SELECT gen_random_uuid(), 'home.refresh', '{}', 'done', ${START}, ${START}, ${START} FROM generate_series(1, ${DONE})`;
  await database.$executeRaw`
    INSERT INTO seat_changes (id, organization_id, from_quantity, to_quantity, status, requested_by, proration_at,
      created_at, settled_at)
    SELECT gen_random_uuid(), ${id}::uuid, 1, 2, 'applied', 'U1', ${START}, ${START}, ${START}
      FROM generate_series(1, ${DONE})`;
  await database.$executeRaw`ANALYZE`;
});
afterAll(async () => {
  await database.$disconnect();
  await server.drop();
});

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: Plan[];
}
const flatten = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flatten)];

it.each([
  ['the figures of the outbox and of the last comparison', figuresQuery(START)],
  ['the open seat changes', seatChangesQuery],
])('%s are read without walking through what was done', async (_, query) => {
  const [explained] = await database.$queryRaw<[{ 'QUERY PLAN': [{ Plan: Plan }] }]>(
    Prisma.sql`EXPLAIN (FORMAT JSON) ${query}`,
  );
  const nodes = flatten(explained['QUERY PLAN'][0].Plan);
  const tables = nodes.map((node) => node['Relation Name']).filter((name) => name !== undefined);
  expect(tables.some((table) => table === 'outbox' || table === 'seat_changes')).toBe(true);
  const walked = nodes
    .filter((node) => node['Node Type'] === 'Seq Scan')
    .map((node) => node['Relation Name']);
  expect(walked.filter((table) => table === 'outbox' || table === 'seat_changes')).toEqual([]);
});
