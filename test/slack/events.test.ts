import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SeatedWorkspace, seatedWorkspace } from './seats.ts';
import { type StartedApp, startApp } from './start.ts';

let app: StartedApp;
let workspace: SeatedWorkspace;

beforeAll(async () => {
  app = await startApp();
  workspace = await seatedWorkspace(app);
});
afterAll(async () => {
  expect(app.sandbox.violations).toEqual([]);
  await app.stop();
});

const intake = (eventId: string) =>
  app.context.database.intake.findUnique({ where: { key: `slack:${eventId}` } });
const waiting = (topic: string) =>
  app.context.database.outboxRow.count({ where: { topic, status: 'pending' } });

describe('an event', () => {
  it('that is sent 100 times at once is stored once and has one effect', async () => {
    const { id: user } = (await workspace.add()).user;
    const event = { type: 'app_home_opened', user, tab: 'home' };
    const before = await waiting('home.publish');
    const acks = await Promise.all(
      Array.from({ length: 100 }, () =>
        app.sandbox.sendEvent(workspace.teamId, event, { eventId: 'EvHundred' }),
      ),
    );
    expect(new Set(acks.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await waiting('slack.event')).toBe(1);
    await app.handleEvents();
    await app.sandbox.sendEvent(workspace.teamId, event, { eventId: 'EvHundred' });
    expect(await app.handleEvents()).toBe(0);
    expect(await waiting('home.publish')).toBe(before + 1);
  });

  it('is kept as it came until it is handled, so that a death right after receiving loses nothing', async () => {
    const { id: user } = (await workspace.add()).user;
    await app.sandbox.sendEvent(
      workspace.teamId,
      { type: 'app_home_opened', user, tab: 'home' },
      { eventId: 'EvKept' },
    );
    const kept = await intake('EvKept');
    expect(Buffer.from(kept?.body ?? [])).toEqual(app.sandbox.lastRequest?.body);
    expect(kept?.handledAt).toBeNull();
    const view = { where: { teamId_userId: { teamId: workspace.teamId, userId: user } } };
    expect(await app.context.database.homeView.findUnique(view)).toBeNull();

    // Whatever process comes next finds the outbox row.
    expect(await app.handleEvents()).toBe(1);
    expect(await app.context.database.homeView.findUnique(view)).not.toBeNull();
    expect(await intake('EvKept')).toMatchObject({ body: null, handledAt: app.context.now() });
  });

  it('of a type that nobody listens to is let go', async () => {
    const ack = await app.sandbox.sendEvent(
      workspace.teamId,
      { type: 'team_join' },
      { eventId: 'EvUnknown' },
    );
    expect(ack.status).toBe(200);
    expect(await intake('EvUnknown')).toBeNull();
    await app.sandbox.sendEvent(workspace.teamId, { type: 'toString' }, { eventId: 'EvProto' });
    expect(await intake('EvProto')).toBeNull();
  });

  it('that cannot be stored is not acknowledged, so that Slack sends it again', async () => {
    const { database } = app.context;
    await database.$executeRaw`ALTER TABLE intake RENAME TO intake_away`;
    const event = { type: 'app_home_opened', user: 'U1', tab: 'home' };
    try {
      expect((await app.sandbox.sendEvent(workspace.teamId, event, { eventId: 'EvAway' })).status).toBe(503);
      expect(app.sandbox.violations.splice(0)).toHaveLength(1);
    } finally {
      await database.$executeRaw`ALTER TABLE intake_away RENAME TO intake`;
    }
    await app.sandbox.sendEvent(workspace.teamId, event, { eventId: 'EvAway' });
    expect(await intake('EvAway')).not.toBeNull();
    await app.handleEvents();
  });

  it('whose listener fails stays for the next attempt', async () => {
    await app.sandbox.sendEvent(workspace.teamId, { type: 'user_change', user: 7 }, { eventId: 'EvBad' });
    await expect(app.handleEvents()).rejects.toThrow();
    expect(await intake('EvBad')).toMatchObject({ handledAt: null, body: expect.anything() });
    await app.context.database.outboxRow.deleteMany({ where: { topic: 'slack.event', status: 'pending' } });
  });

  it('answers the question whether the address is ours', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: 'c-1', token: 't' });
    expect((await app.sandbox.send(body)).json).toEqual({ challenge: 'c-1' });
  });
});

describe('app_home_opened', () => {
  it('has the home published and remembers who has it, once for a burst, and not for the Messages tab', async () => {
    const ada = await workspace.add('agent');
    const published = () =>
      app.context.database.outboxRow.findMany({
        where: { topic: 'home.publish', payload: { path: ['userId'], equals: ada.user.id } },
      });
    await ada.openHome('messages');
    await app.handleEvents();
    expect(await published()).toEqual([]);
    await ada.openHome();
    await ada.openHome();
    await app.handleEvents();
    expect(await published()).toMatchObject([{ payload: { teamId: workspace.teamId, userId: ada.user.id } }]);
  });
});

describe('user_change', () => {
  const known = (userId: string) =>
    app.context.database.slackPerson.findUnique({
      where: { teamId_userId: { teamId: workspace.teamId, userId } },
    });

  it('is what is known of a person from then on, and of the member too', async () => {
    const ada = await workspace.add('agent');
    await app.sandbox.changeUser(workspace.teamId, ada.user.id, {
      email: ' Ada@Example.com ',
      realName: 'Ada L',
    });
    await app.handleEvents();
    expect(await known(ada.user.id)).toMatchObject({ email: 'ada@example.com', standing: 'full' });
    const member = await app.context.database.member.findFirst({ where: { userId: ada.user.id } });
    expect(member).toMatchObject({ email: 'ada@example.com', name: (await known(ada.user.id))?.name });
  });

  it('tells guests and people of other workspaces apart', async () => {
    const guest = await workspace.add();
    await app.sandbox.changeUser(workspace.teamId, guest.user.id, { isRestricted: true });
    await app.handleEvents();
    expect(await known(guest.user.id)).toMatchObject({ standing: 'guest' });
    const stranger = { id: 'USTRANGER', team_id: 'TELSEWHERE', name: 'sam', profile: {} };
    await app.sandbox.sendEvent(workspace.teamId, { type: 'user_change', user: stranger });
    await app.handleEvents();
    expect(await known('USTRANGER')).toMatchObject({ standing: 'stranger', email: null });
  });

  it('that comes late changes nothing that is newer', async () => {
    const { id } = (await workspace.add()).user;
    const at = async (event_time: number, name: string) => {
      const envelope = {
        type: 'event_callback',
        event_id: `EvLate${event_time}`,
        event_time,
        team_id: workspace.teamId,
        event: {
          type: 'user_change',
          user: { id, team_id: workspace.teamId, profile: { display_name: name } },
        },
      };
      await app.sandbox.send(JSON.stringify(envelope));
      await app.handleEvents();
    };
    await at(1_800_000_002, 'newer');
    await at(1_800_000_001, 'older');
    expect(await known(id)).toMatchObject({ name: 'newer' });
  });
});
