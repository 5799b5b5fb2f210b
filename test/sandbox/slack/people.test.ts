import { type UsersListResponse, WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SlackSandbox, startSlackSandbox } from './server.ts';
import type { SlackUser } from './users.ts';
import type { Workspace } from './workspace.ts';

let sandbox: SlackSandbox;
let team: Workspace;
let ada: SlackUser;
let gone: SlackUser;
let client: WebClient;

beforeAll(async () => {
  sandbox = await startSlackSandbox();
  team = await sandbox.addTeam({ name: 'Northwind', domain: 'northwind' });
  ada = sandbox.addUser(team.id, {
    email: 'Ada@example.com',
    name: 'ada',
    tz: 'Europe/Paris',
    isAdmin: true,
  });
  gone = sandbox.addUser(team.id, { email: 'gone@example.com', name: 'gone', deleted: true });
  client = clientFor(await sandbox.issueBotToken(team.id));
});

afterAll(() => sandbox.close());

function clientFor(token: string): WebClient {
  return new WebClient(token, { slackApiUrl: sandbox.url, retryConfig: { retries: 0 } });
}

function refused(call: Promise<unknown>): Promise<Record<string, unknown>> {
  return call.then(
    () => ({ error: 'nothing was refused' }),
    (error: { data?: Record<string, unknown> }) => error.data ?? { error: String(error) },
  );
}

describe('tokens and scopes', () => {
  test('auth.test names the workspace and the bot', async () => {
    expect(await client.auth.test()).toMatchObject({
      ok: true,
      team_id: team.id,
      team: 'Northwind',
      url: 'https://northwind.slack.com/',
      user_id: team.botUserId,
      bot_id: team.botId,
    });
  });

  test('no token, an unknown token and a revoked token are told apart', async () => {
    expect(await refused(new WebClient(undefined, { slackApiUrl: sandbox.url }).auth.test())).toMatchObject({
      error: 'not_authed',
    });
    expect(await refused(clientFor('xoxb-made-up').auth.test())).toMatchObject({ error: 'invalid_auth' });
    const token = await sandbox.issueBotToken(team.id);
    expect(await clientFor(token).auth.revoke()).toMatchObject({ revoked: true });
    expect(await refused(clientFor(token).auth.test())).toMatchObject({ error: 'token_revoked' });
  });

  test('a missing scope is named, with what there is', async () => {
    const poor = clientFor(await sandbox.issueBotToken(team.id, ['chat:write']));
    expect(await refused(poor.users.lookupByEmail({ email: 'ada@example.com' }))).toMatchObject({
      error: 'missing_scope',
      needed: 'users:read.email',
      provided: 'chat:write',
    });
    const channel = await sandbox.addChannel(team.id, { name: 'scoped', bot: true });
    const reader = clientFor(await sandbox.issueBotToken(team.id, ['users:read']));
    expect(await refused(reader.chat.postMessage({ channel, text: 'hi' }))).toMatchObject({
      error: 'missing_scope',
      needed: 'chat:write',
    });
  });

  test('an unknown method is refused', async () => {
    expect(await refused(client.apiCall('chat.shout'))).toMatchObject({ error: 'unknown_method' });
  });

  test('after an uninstallation every token is dead', async () => {
    const other = await sandbox.addTeam();
    const token = await sandbox.issueBotToken(other.id);
    sandbox.uninstall(other.id);
    expect(await refused(clientFor(token).auth.test())).toMatchObject({ error: 'account_inactive' });
    expect(await client.auth.test()).toMatchObject({ ok: true });
  });
});

describe('people', () => {
  test('users.info tells guests, strangers and the deactivated apart', async () => {
    const guest = sandbox.addUser(team.id, { email: 'guest@example.com', isUltraRestricted: true });
    const stranger = sandbox.addUser(team.id, { email: 'far@example.org', homeTeam: 'T0ELSEWHERE' });
    const info = async (user: string) => (await client.users.info({ user })).user;
    expect(await info(ada.id)).toMatchObject({
      name: 'ada',
      tz: 'Europe/Paris',
      is_admin: true,
      deleted: false,
    });
    expect(await info(gone.id)).toMatchObject({ deleted: true });
    expect(await info(guest.id)).toMatchObject({ is_restricted: true, is_ultra_restricted: true });
    expect(await info(stranger.id)).toMatchObject({ is_stranger: true, team_id: 'T0ELSEWHERE' });
    expect((await info(stranger.id))?.profile?.email).toBeUndefined();
    expect(await refused(client.users.info({ user: 'U0NOBODY' }))).toMatchObject({ error: 'user_not_found' });
  });

  test('the address is hidden from a token that may not read addresses', async () => {
    const plain = clientFor(await sandbox.issueBotToken(team.id, ['users:read']));
    expect((await plain.users.info({ user: ada.id })).user?.profile?.email).toBeUndefined();
    expect((await client.users.info({ user: ada.id })).user?.profile?.email).toBe('Ada@example.com');
  });

  test('an address is found in any case, but not that of somebody who has left', async () => {
    expect((await client.users.lookupByEmail({ email: 'ada@EXAMPLE.com' })).user?.id).toBe(ada.id);
    expect(await refused(client.users.lookupByEmail({ email: 'gone@example.com' }))).toMatchObject({
      error: 'users_not_found',
    });
  });

  test('users.list comes in pages and includes Slackbot and the bot', async () => {
    const ids: (string | undefined)[] = [];
    for await (const page of client.paginate('users.list', { limit: 2 })) {
      const { members = [] } = page as UsersListResponse;
      expect(members.length).toBeLessThanOrEqual(2);
      ids.push(...members.map(({ id }) => id));
    }
    expect(ids).toEqual(expect.arrayContaining(['USLACKBOT', team.botUserId, ada.id, gone.id]));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test('a workspace may have five thousand people', async () => {
  const large = await sandbox.addTeam({ capacity: 5_000 });
  for (let index = 0; index < 5_000; index += 1) sandbox.addUser(large.id, { name: `p${index}` });
  expect(() => sandbox.addUser(large.id)).toThrow('is full');
  const there = clientFor(await sandbox.issueBotToken(large.id));
  let count = 0;
  for await (const page of there.paginate('users.list', { limit: 1_000 })) {
    count += (page as UsersListResponse).members?.length ?? 0;
  }
  // Slackbot and the app's own bot are listed too.
  expect(count).toBe(5_002);
});
