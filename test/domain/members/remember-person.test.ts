import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '../../../src/database/client.ts';
import { rememberPerson } from '../../../src/domain/members/remember-person.ts';
import { type TestContext, testContext } from '../../setup/context.ts';
import { createTestDatabase } from '../../setup/database.ts';

let context: TestContext;
let stop: () => Promise<void>;

beforeAll(async () => {
  const { url, drop } = await createTestDatabase();
  const database = createDatabase(url);
  context = testContext(database);
  stop = async () => {
    await database.$disconnect();
    await drop();
  };
});
afterAll(() => stop());

const where = { teamId: 'T1', userId: 'U1' };
const said = (name: string, at: string, deactivated = false) =>
  rememberPerson(
    context,
    'T1',
    { userId: 'U1', name, email: null, standing: 'full', deactivated },
    new Date(`2026-11-23T${at}Z`),
  );
const known = () => context.database.slackPerson.findUnique({ where: { teamId_userId: where } });

describe('what Slack said of a person', () => {
  it('holds until Slack says something else, and old news that come late change nothing', async () => {
    expect(await said('now', '09:00:10.700')).toBe(true);
    expect(await said('before', '09:00:09.000')).toBe(false);
    expect(await known()).toMatchObject({ name: 'now' });
  });

  it('is replaced by an event of the same second, whose time Slack has cut', async () => {
    expect(await said('gone', '09:00:10.000', true)).toBe(true);
    expect(await known()).toMatchObject({ name: 'gone', deactivated: true });
    // The moment stays the later one.
    expect(await said('before', '09:00:09.999')).toBe(false);
    expect((await known())?.seenAt).toEqual(new Date('2026-11-23T09:00:10.700Z'));
  });
});
