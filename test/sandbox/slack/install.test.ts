import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BoltApp, startBoltApp } from './bolt-app.ts';
import { type SlackSandbox, startSlackSandbox } from './server.ts';
import type { Workspace } from './workspace.ts';

let sandbox: SlackSandbox;
let bolt: BoltApp;
let team: Workspace;
let owner: string;

beforeAll(async () => {
  sandbox = await startSlackSandbox();
  bolt = await startBoltApp(sandbox, () => undefined);
  team = await sandbox.addTeam({ name: 'Northwind' });
  owner = sandbox.addUser(team.id, { isOwner: true }).id;
});

afterAll(async () => {
  await bolt.stop();
  await sandbox.close();
});

describe("the installation with Bolt's own flow", () => {
  test('ends with a token that works, of the chosen workspace', async () => {
    const installed = await sandbox.install({ team: team.id, user: owner });
    expect(installed.status).toBe(200);
    expect(installed.url).toMatch(/\/slack\/oauth_redirect\?.*code=/);
    const stored = bolt.installations.get(team.id);
    expect(stored).toMatchObject({ team: { id: team.id, name: 'Northwind' }, user: { id: owner } });
    expect(stored?.bot?.token).toBe(installed.botToken);
    const client = new WebClient(installed.botToken, { slackApiUrl: sandbox.url });
    expect(await client.auth.test()).toMatchObject({ team_id: team.id, user_id: stored?.bot?.userId });
  });

  test('gives no token when it is cancelled, or when the cookie of the state is missing', async () => {
    const cancelled = await sandbox.install({ team: team.id, user: owner, cancel: true });
    expect(cancelled).toMatchObject({ botToken: undefined });
    expect(cancelled.url).toContain('error=access_denied');
    const stolen = await sandbox.install({ team: team.id, user: owner, forgetCookies: true });
    expect(stolen.botToken).toBeUndefined();
    expect(stolen.status).toBeGreaterThanOrEqual(400);
  });

  test('is not for guests', async () => {
    const guest = sandbox.addUser(team.id, { isRestricted: true }).id;
    expect(await sandbox.install({ team: team.id, user: guest })).toMatchObject({
      status: 403,
      botToken: undefined,
    });
  });
});

describe('the pages and the exchange', () => {
  const authorize = (query: Record<string, string>) =>
    fetch(`${sandbox.authorizeUrl}?${new URLSearchParams({ client_id: sandbox.app.clientId, ...query })}`);

  test('another client, an unknown scope and another redirect are refused', async () => {
    expect((await authorize({ scope: 'chat:write' })).status).toBe(200);
    expect((await authorize({ scope: 'chat:write', client_id: '9.9' })).status).toBe(400);
    expect((await authorize({ scope: 'chat:write,rule:world' })).status).toBe(400);
    expect((await authorize({ scope: 'chat:write', redirect_uri: 'https://evil.example' })).status).toBe(400);
  });

  test('a code works once, and only with the right secret', async () => {
    const redirect = `${sandbox.appUrl}/slack/oauth_redirect`;
    const allow = async () => {
      const query = new URLSearchParams({ client_id: sandbox.app.clientId, scope: 'chat:write' });
      const body = new URLSearchParams({ team: team.id, user: owner, allow: 'yes' });
      const page = await fetch(`${sandbox.authorizeUrl}?${query}`, {
        method: 'POST',
        body,
        redirect: 'manual',
      });
      return new URL(page.headers.get('location') ?? '').searchParams.get('code') ?? '';
    };
    const client = new WebClient(undefined, { slackApiUrl: sandbox.url });
    const { clientId, clientSecret } = sandbox.app;
    const exchange = (code: string, secret = clientSecret, uri = redirect) =>
      client.oauth.v2.access({ client_id: clientId, client_secret: secret, code, redirect_uri: uri }).then(
        ({ ok }) => ok,
        (error: { data: { error: string } }) => error.data.error,
      );
    const code = await allow();
    expect(await exchange(code, 'wrong')).toBe('bad_client_secret');
    expect(await exchange(code)).toBe(true);
    expect(await exchange(code)).toBe('invalid_code');
    expect(await exchange('made-up')).toBe('invalid_code');
    expect(await exchange(await allow(), clientSecret, 'https://evil.example')).toBe('bad_redirect_uri');
  });
});

test('rotating tokens run out and are refreshed once', async () => {
  const rotating = await startSlackSandbox({ tokenRotation: true });
  const other = await startBoltApp(rotating, () => undefined);
  try {
    const workspace = await rotating.addTeam();
    const user = rotating.addUser(workspace.id).id;
    const { botToken } = await rotating.install({ team: workspace.id, user });
    const bot = other.installations.get(workspace.id)?.bot;
    expect(bot).toMatchObject({ token: botToken, refreshToken: expect.stringMatching(/^xoxe-/) });
    rotating.expireTokens(workspace.id);
    const client = new WebClient(undefined, { slackApiUrl: rotating.url });
    const code = (error: { data: { error: string } }) => error.data.error;
    expect(await client.auth.test({ token: botToken ?? '' }).catch(code)).toBe('token_expired');
    const { clientId, clientSecret } = rotating.app;
    const refresh = () =>
      client.oauth.v2.access({
        client_id: clientId,
        client_secret: clientSecret,
        grant_type: 'refresh_token',
        refresh_token: bot?.refreshToken ?? '',
      });
    const { access_token } = await refresh();
    expect(await client.auth.test({ token: access_token ?? '' })).toMatchObject({ team_id: workspace.id });
    expect(await refresh().catch(code)).toBe('invalid_refresh_token');
  } finally {
    await other.stop();
    await rotating.close();
  }
});
