import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../src/database/client.ts';
import { checkoutReturnRoutes, leftPath, paidPath } from '../../src/web/checkout-return.ts';
import { type TestContext, testContext } from '../setup/context.ts';
import { createTestDatabase, type TestDatabase } from '../setup/database.ts';
import { seedOrganization } from '../setup/organization.ts';

let server: TestDatabase;
let database: Database;
let context: TestContext;

beforeAll(async () => {
  server = await createTestDatabase();
  database = createDatabase(server.url);
});
afterAll(async () => {
  await database.$disconnect();
  await server.drop();
});
beforeEach(async () => {
  context = testContext(database);
  await database.checkoutPage.deleteMany();
  await database.outboxRow.deleteMany();
});

const open = (path: string) => checkoutReturnRoutes({ context }).request(path);
const looks = () => database.outboxRow.count({ where: { topic: 'checkout.follow' } });

async function knownPage(sessionId: string, status: 'open' | 'completed' = 'open'): Promise<void> {
  const { id: organizationId } = await seedOrganization(context, { seats: 0 });
  const openedAt = context.now();
  await database.checkoutPage.create({ data: { sessionId, organizationId, quantity: 3, status, openedAt } });
}

test('who comes back from a page of ours is thanked, and Stripe is asked once however often they reload', async () => {
  await knownPage('cs_test_1');
  for (let time = 0; time < 5; time++) {
    const answer = await open(`${paidPath}?page=cs_test_1`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('Thank you');
  }
  expect(await looks()).toBe(1);
});

test.each([
  ['a page that is not ours', '?page=cs_test_other'],
  ['no page', ''],
  ['what is no page', '?page=%00%27;DROP'],
  ['two of them', '?page=cs_test_other&page=cs_test_another'],
  ['a page that is settled', '?page=cs_test_done'],
])('%s has the same answer and asks nothing', async (_, query) => {
  await knownPage('cs_test_done', 'completed');
  const answer = await open(`${paidPath}${query}`);
  expect(answer.status).toBe(200);
  expect(await looks()).toBe(0);
});

test('the page is shown though the database is away', async () => {
  const away = createDatabase('postgresql://nobody@127.0.0.1:1/none');
  const routes = checkoutReturnRoutes({ context: { ...context, database: away } });
  expect((await routes.request(`${paidPath}?page=cs_test_1`)).status).toBe(200);
  await away.$disconnect();
});

test('who left the page reads that nothing was bought', async () => {
  const answer = await open(leftPath);
  expect(await answer.text()).toContain('Nothing was bought');
  expect(await looks()).toBe(0);
});
