import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NotInstalled } from '../../src/clients/slack/not-installed.ts';
import { createKeyring } from '../../src/database/sealing.ts';
import { createInstallations } from '../../src/slack/installations.ts';
import type { JsonObject } from '../sandbox/slack/json.ts';
import type { Workspace } from '../sandbox/slack/workspace.ts';
import { keys, type StartedApp, startApp } from './start.ts';

let app: StartedApp;

beforeAll(async () => {
  // Slack tells times by the wall clock, and they are compared with the time of the installation.
  app = await startApp({ now: new Date() });
});
afterAll(async () => {
  expect(app.sandbox.violations).toEqual([]);
  await app.stop();
});

async function workspace(): Promise<{ team: Workspace; user: string }> {
  const team = await app.sandbox.addTeam({ name: 'Harbour <b>& Co' });
  return { team, user: app.sandbox.addUser(team.id, { isOwner: true }).id };
}

const row = (teamId: string) => app.context.database.installation.findUnique({ where: { teamId } });
const welcomes = (teamId: string) =>
  app.context.database.outboxRow.findMany({
    where: { topic: 'notice', payload: { path: ['teamId'], equals: teamId } },
    select: { payload: true },
  });

describe('an installation', () => {
  it('ends on a page that says what to do next, with the token sealed and one welcome', async () => {
    const { team, user } = await workspace();
    const { status, html, botToken } = await app.sandbox.install({ team: team.id, user });
    expect(status).toBe(200);
    expect(html).toContain('Orgdesk is installed in Harbour &lt;b&gt;&amp; Co');
    expect(html).toContain('/org create');
    expect(html).toContain(`https://slack.com/app_redirect?app=${app.sandbox.app.appId}&amp;team=${team.id}`);
    const stored = await row(team.id);
    expect(stored).toMatchObject({ botUserId: team.botUserId, installerUserId: user, removedAt: null });
    expect(stored?.scopes).toContain('chat:write');
    expect(stored?.sealed).toMatch(/^k1:/);
    expect(JSON.stringify(stored)).not.toContain(botToken);
    expect(await app.installations.findToken(team.id)).toBe(botToken);
    expect(await welcomes(team.id)).toEqual([
      { payload: { teamId: team.id, userId: user, notice: { kind: 'welcome' } } },
    ]);
  });

  it('again brings a new token, and no second welcome', async () => {
    const { team, user } = await workspace();
    await app.sandbox.install({ team: team.id, user });
    const second = await app.sandbox.install({ team: team.id, user });
    expect(await app.installations.findToken(team.id)).toBe(second.botToken);
    expect(await welcomes(team.id)).toHaveLength(1);
  });

  it('that was cancelled in Slack says so and stores nothing', async () => {
    const { team, user } = await workspace();
    const { status, html } = await app.sandbox.install({ team: team.id, user, cancel: true });
    expect(status).toBe(403);
    expect(html).toContain('cancelled in Slack, and nothing was changed');
    expect(await row(team.id)).toBeNull();
  });

  it('that another browser began is refused', async () => {
    const { team, user } = await workspace();
    const { status, html } = await app.sandbox.install({ team: team.id, user, forgetCookies: true });
    expect(status).toBe(400);
    expect(html).toContain('not started from this browser');
    expect(await row(team.id)).toBeNull();
  });

  it.each([
    ['no state', '/slack/oauth_redirect?code=c', 400],
    ['a state of somebody’s own', '/slack/oauth_redirect?code=c&state=eyJhbGciOiJub25lIn0.e30.', 400],
    ['nothing at all', '/slack/oauth_redirect', 400],
    ['what is no query', '/slack/oauth_redirect?%', 400],
  ])('with %s is refused on a page', async (_, path, status) => {
    const response = await fetch(app.url + path);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await response.text()).toContain('Install it again');
  });

  it('whose state is right and whose code Slack does not know is refused', async () => {
    const start = await fetch(`${app.url}/slack/install`, { redirect: 'manual' });
    const state = new URL(start.headers.get('location') ?? '').searchParams.get('state');
    const cookie = start.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const back = await fetch(`${app.url}/slack/oauth_redirect?code=made-up&state=${state}`, {
      headers: { cookie },
    });
    expect(back.status).toBe(400);
    expect(await back.text()).toContain('Slack refused this installation');
  });

  it('for a whole enterprise is refused with a sentence', async () => {
    await expect(
      app.installations.storeInstallation({
        team: undefined,
        enterprise: { id: 'E1', name: 'Everything' },
        isEnterpriseInstall: true,
        user: { id: 'U1', token: undefined, scopes: undefined },
        bot: { token: 'xoxb', scopes: [], id: 'B1', userId: 'U2' },
      }),
    ).rejects.toMatchObject({ code: 'enterprise_install_refused' });
    expect(await app.context.database.installation.count({ where: { botUserId: 'U2' } })).toBe(0);
  });

  it('is asked for with no scope beyond the list', async () => {
    const start = await fetch(`${app.url}/slack/install`, { redirect: 'manual' });
    const scope = new URL(start.headers.get('location') ?? '').searchParams.get('scope');
    expect(scope?.split(',')).toEqual([
      'commands',
      'chat:write',
      'im:write',
      'im:history',
      'users:read',
      'users:read.email',
      'files:read',
      'files:write',
      'channels:history',
      'groups:history',
      'channels:read',
      'groups:read',
      'channels:join',
      'reactions:write',
    ]);
  });
});

describe('the end of an installation', () => {
  const installed = async () => {
    const { team, user } = await workspace();
    await app.sandbox.install({ team: team.id, user });
    return { team, user };
  };
  /** Sends the events, as of so many seconds after the installation, and has them handled. */
  const tell = async (team: string, events: JsonObject[], seconds = 0) => {
    const at = Math.floor(app.context.now().getTime() / 1000) + seconds;
    for (const event of events) {
      const authorizations = [{ team_id: team }];
      const envelope = { type: 'event_callback', team_id: team, event_time: at, authorizations, event };
      await app.sandbox.send(JSON.stringify({ ...envelope, event_id: app.context.newId() }));
    }
    await app.handleEvents();
  };

  it.each([
    ['app_uninstalled first', (e: Ends) => [e.uninstalled, e.revoked]],
    ['tokens_revoked first', (e: Ends) => [e.revoked, e.uninstalled]],
    ['app_uninstalled alone', (e: Ends) => [e.uninstalled]],
    ['tokens_revoked alone', (e: Ends) => [e.revoked]],
    ['both, twice', (e: Ends) => [e.revoked, e.uninstalled, e.uninstalled, e.revoked]],
  ])('stops it, whichever event comes: %s', async (_, order) => {
    const { team } = await installed();
    await tell(team.id, order(app.sandbox.uninstall(team.id)));
    expect(await row(team.id)).toMatchObject({ removedAt: app.context.now(), sealed: '' });
    await expect(app.clients.background(team.id).auth.test()).rejects.toThrow(NotInstalled);
  });

  it('keeps organization and billing, and a reinstall goes on with them', async () => {
    const { team, user } = await installed();
    const data = { teamId: team.id, name: 'Harbour', seatsPurchased: 3, subscriptionId: `sub_${team.id}` };
    await app.context.database.organization.create({ data: { ...data, createdAt: app.context.now() } });
    const ends = app.sandbox.uninstall(team.id);
    await tell(team.id, [ends.revoked, ends.uninstalled]);
    app.context.advance({ days: 30 });
    const { botToken } = await app.sandbox.install({ team: team.id, user });
    expect(await app.context.database.organization.findUnique({ where: { teamId: team.id } })).toMatchObject(
      data,
    );
    expect(await row(team.id)).toMatchObject({ removedAt: null, installedAt: app.context.now() });
    expect(await app.installations.findToken(team.id)).toBe(botToken);
    expect(await welcomes(team.id)).toHaveLength(1);
    const refreshed = { where: { topic: 'home.refresh', key: `home:${team.id}` } };
    expect(await app.context.database.outboxRow.count(refreshed)).toBe(1);
  });

  it('that comes late, after a reinstall, changes nothing', async () => {
    const { team, user } = await installed();
    const ends = app.sandbox.uninstall(team.id);
    app.context.advance({ seconds: 60 });
    const { botToken } = await app.sandbox.install({ team: team.id, user });
    await tell(team.id, [ends.uninstalled, ends.revoked], -1);
    expect(await row(team.id)).toMatchObject({ removedAt: null });
    expect(await app.installations.findToken(team.id)).toBe(botToken);
    await tell(team.id, [ends.uninstalled], 1);
    expect((await row(team.id))?.removedAt).not.toBeNull();
  });

  it('is not what revoked tokens of people or of another bot are', async () => {
    const { team, user } = await installed();
    const revoked = { type: 'tokens_revoked' };
    await tell(team.id, [{ ...revoked, tokens: { oauth: [user], bot: [] } }]);
    await tell(team.id, [{ ...revoked, tokens: { oauth: [user] } }]);
    await tell(team.id, [{ ...revoked, tokens: { bot: ['UANOTHER'] } }]);
    expect(await row(team.id)).toMatchObject({ removedAt: null });
  });

  it('is noticed by a client that still had the token, and a reinstall is found at once', async () => {
    const { team, user } = await installed();
    const client = app.clients.background(team.id);
    await client.auth.test();
    app.sandbox.uninstall(team.id);
    await expect(client.auth.test()).rejects.toThrow(NotInstalled);
    await app.sandbox.install({ team: team.id, user });
    expect(await client.auth.test()).toMatchObject({ ok: true, team_id: team.id });
  });

  it('another process remembers a token for a minute, and finds its successor at once', async () => {
    const { team, user } = await installed();
    const elsewhere = createInstallations(app.context, createKeyring(keys));
    const first = await elsewhere.findToken(team.id);
    const { botToken } = await app.sandbox.install({ team: team.id, user });
    expect(await elsewhere.findToken(team.id)).toBe(first);
    elsewhere.forgetToken(team.id);
    expect(await elsewhere.findToken(team.id)).toBe(botToken);
    await app.context.database.installation.delete({ where: { teamId: team.id } });
    expect(await elsewhere.findToken(team.id)).toBe(botToken);
    app.context.advance({ seconds: 60 });
    expect(await elsewhere.findToken(team.id)).toBeNull();
  });
});

describe('a new key', () => {
  it('opens what the old one sealed, and seals it again on the way', async () => {
    const { team, user } = await workspace();
    const { botToken } = await app.sandbox.install({ team: team.id, user });
    const rotated = createInstallations(
      app.context,
      createKeyring([{ id: 'k2', key: Buffer.alloc(32, 2) }, ...keys]),
    );
    expect(await rotated.findToken(team.id)).toBe(botToken);
    expect((await row(team.id))?.sealed).toMatch(/^k2:/);
    const without = createInstallations(app.context, createKeyring([{ id: 'k2', key: Buffer.alloc(32, 2) }]));
    expect(await without.findToken(team.id)).toBe(botToken);
    expect(
      await without.fetchInstallation({
        teamId: team.id,
        enterpriseId: undefined,
        isEnterpriseInstall: false,
      }),
    ).toMatchObject({ team: { id: team.id }, bot: { token: botToken, userId: team.botUserId } });
    app.installations.forgetToken(team.id);
    await expect(app.installations.findToken(team.id)).rejects.toThrow('No key named "k2"');
  });

  it('does not open a token that was moved to another workspace', async () => {
    const [one, other] = [await workspace(), await workspace()];
    await app.sandbox.install({ team: one.team.id, user: one.user });
    await app.sandbox.install({ team: other.team.id, user: other.user });
    const stolen = (await row(one.team.id))?.sealed ?? '';
    await app.context.database.installation.update({
      where: { teamId: other.team.id },
      data: { sealed: stolen },
    });
    app.installations.forgetToken(other.team.id);
    await expect(app.installations.findToken(other.team.id)).rejects.toThrow('another subject');
  });
});

interface Ends {
  uninstalled: JsonObject;
  revoked: JsonObject;
}
