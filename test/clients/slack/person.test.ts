import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPersonQuestion } from '../../../src/clients/slack/person.ts';
import { createDatabase, type Database } from '../../../src/database/client.ts';
import { testContext } from '../../setup/context.ts';
import { createTestDatabase, type TestDatabase } from '../../setup/database.ts';
import { type StartedSlack, startSlack } from './start.ts';

let slack: StartedSlack;
let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  [slack, testDatabase] = await Promise.all([startSlack(), createTestDatabase()]);
  database = createDatabase(testDatabase.url);
});
afterAll(async () => {
  await slack.sandbox.close();
  await database.$disconnect();
  await testDatabase.drop();
});

it.each([
  [{ email: 'Ada@Example.com' }, { standing: 'full', email: 'ada@example.com', deactivated: false }],
  [{ isRestricted: true }, { standing: 'guest' }],
  [{ isUltraRestricted: true }, { standing: 'guest' }],
  [{ isBot: true }, { standing: 'bot' }],
  [{ homeTeam: 'T0ELSEWHERE' }, { standing: 'stranger' }],
  [{ deleted: true }, { deactivated: true }],
])('tells of somebody with %j: %j, and remembers it', async (user, expected) => {
  const context = testContext(database);
  const { id } = slack.sandbox.addUser(slack.teamId, user);
  const ask = createPersonQuestion(context, slack.clients);
  expect(await ask(slack.teamId, id)).toMatchObject({ userId: id, ...expected });
  const remembered = { where: { teamId_userId: { teamId: slack.teamId, userId: id } } };
  expect(await database.slackPerson.findUnique(remembered)).toMatchObject({
    ...expected,
    seenAt: context.now(),
  });
});

it('takes for a stranger whom the workspace cannot see', async () => {
  const ask = createPersonQuestion(testContext(database), slack.clients);
  expect(await ask(slack.teamId, 'U0NOBODY')).toMatchObject({ standing: 'stranger', email: null });
});
