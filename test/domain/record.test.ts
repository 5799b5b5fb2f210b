import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../../src/database/client.ts';
import { type Outbox, openOutbox } from '../../src/database/outbox.ts';
import { homeRefresh } from '../../src/domain/effects.ts';
import { expireInvitations } from '../../src/domain/invitations/expire-invitations.ts';
import { record } from '../../src/domain/record.ts';
import { testContext } from '../setup/context.ts';
import { createTestDatabase, type TestDatabase } from '../setup/database.ts';
import { seedInvitation, seedOrganization } from '../setup/organization.ts';

let testDatabase: TestDatabase;
let database: Database;
let outbox: Outbox;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = createDatabase(testDatabase.url);
  outbox = openOutbox(testDatabase.url);
});
afterAll(async () => {
  await outbox.close();
  await database.$disconnect();
  await testDatabase.drop();
});
beforeEach(async () => {
  await database.outboxRow.deleteMany();
});

/** What a relay would take at this moment, by topic. */
const claim = async (topics: string[], now = new Date('2030-01-01T00:00:00Z')) =>
  (await outbox.claim({ now, until: now, topics, except: [], limit: 10 })).map(({ topic }) => topic);

describe('an effect under a key that waits already', () => {
  it('is the row that waits, which nobody takes before what it tells of can be seen', async () => {
    const context = testContext(database);
    await record(database, context, [], [homeRefresh('T1')]);
    await database.$transaction(async (transaction) => {
      await record(transaction, context, [], [homeRefresh('T1')]);
      // Taken now, it would show the state before this transaction, and nothing would show the one after.
      expect(await claim(['home.refresh'])).toEqual([]);
    });
    expect(await claim(['home.refresh'])).toEqual(['home.refresh']);
    expect(await claim(['home.refresh'])).toEqual([]);
  });

  it('is one row, also where one operation names it twice', async () => {
    const context = testContext(database);
    await record(database, context, [], [homeRefresh('T1'), homeRefresh('T1'), homeRefresh('T2')]);
    await record(database, context, [], [homeRefresh('T1'), homeRefresh('T1')]);
    expect(await database.outboxRow.count()).toBe(2);
  });

  it('waits for a sweep of expired invites too', async () => {
    const context = testContext(database);
    const organization = await seedOrganization(context);
    await seedInvitation(context, organization);
    context.advance({ days: 8 });
    await expireInvitations(context);
    await seedInvitation(context, organization);
    context.advance({ days: 8 });
    const topics = ['home.refresh', 'invitations.tell-expired'];
    // What tells of the first one waits still: the second is told with it.
    await database.$transaction(async (transaction) => {
      expect(await expireInvitations({ ...context, database: transaction as Database })).toBe(1);
      expect(await claim(topics)).toEqual([]);
    });
    expect((await claim(topics)).sort()).toEqual(topics);
  });
});
