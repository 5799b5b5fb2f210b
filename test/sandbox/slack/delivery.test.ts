import { createHmac } from 'node:crypto';
import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startBoltApp } from './bolt-app.ts';
import { type RecordingApp, startRecordingApp } from './recording-app.ts';
import { type SlackSandbox, startSlackSandbox } from './server.ts';
import type { Workspace } from './workspace.ts';

let sandbox: SlackSandbox;
let app: RecordingApp;
let team: Workspace;

beforeAll(async () => {
  sandbox = await startSlackSandbox();
  app = await startRecordingApp();
  team = await sandbox.addTeam();
});

beforeEach(() => {
  sandbox.appUrl = app.url;
  app.answer = { status: 200 };
  sandbox.violations.length = 0;
});

afterAll(async () => {
  await sandbox.close();
  await app.close();
});

function last() {
  const received = app.received.at(-1);
  if (!received) throw new Error('The app was sent nothing');
  return received;
}

function expectedSignature(timestamp: string, body: string): string {
  const { signingSecret } = sandbox.app;
  return `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

describe('signed requests', () => {
  test('carry the signature of exactly what is sent', async () => {
    await sandbox.send('{"type":"event_callback","text":"£5.99"}');
    const { body, headers } = last();
    const timestamp = String(headers['x-slack-request-timestamp']);
    expect(headers['x-slack-signature']).toBe(expectedSignature(timestamp, body));
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(5);
  });

  test('can be wrong in every way that a test wants', async () => {
    await sandbox.send('{}', { timestamp: 1_000, secret: 'not the secret' });
    const stale = last().headers;
    expect(stale['x-slack-request-timestamp']).toBe('1000');
    expect(stale['x-slack-signature']).not.toBe(expectedSignature('1000', '{}'));
    await sandbox.send('{}', { headers: { 'x-slack-signature': undefined } });
    expect(last().headers['x-slack-signature']).toBeUndefined();
    await sandbox.send('{}', { headers: { 'x-slack-signature': ['v0=one', 'v0=two'] } });
    const doubled = last().rawHeaders.filter((header) => header.startsWith('v0='));
    expect(doubled).toEqual(['v0=one', 'v0=two']);
    expect(sandbox.violations).toEqual([]);
  });

  test('are believed by Bolt when they are right, and refused when they are not', async () => {
    const bolt = await startBoltApp(sandbox, () => undefined);
    try {
      const challenge = JSON.stringify({ type: 'url_verification', challenge: 'c' });
      expect(await sandbox.send(challenge)).toMatchObject({ status: 200, json: { challenge: 'c' } });
      expect((await sandbox.send(challenge, { secret: 'wrong' })).status).toBe(401);
      const tenMinutesAgo = Math.floor(Date.now() / 1000) - 600;
      expect((await sandbox.send(challenge, { timestamp: tenMinutesAgo })).status).toBe(401);
    } finally {
      await bolt.stop();
    }
  });

  test('come again byte by byte', async () => {
    await sandbox.sendEvent(team.id, { type: 'team_join' });
    const first = app.received.at(-1);
    await sandbox.replay();
    expect(app.received.at(-1)).toEqual(first);
  });
});

describe('events', () => {
  test('come in their envelope, each under its own id', async () => {
    await sandbox.sendEvent(team.id, { type: 'app_uninstalled' });
    const first = app.event();
    expect(first).toMatchObject({
      type: 'event_callback',
      team_id: team.id,
      api_app_id: sandbox.app.appId,
      event: { type: 'app_uninstalled' },
      event_id: expect.stringMatching(/^Ev/),
      authorizations: [{ team_id: team.id, user_id: team.botUserId, is_bot: true }],
    });
    await sandbox.sendEvent(
      team.id,
      { type: 'app_uninstalled' },
      { retry: { number: 1, reason: 'http_timeout' } },
    );
    expect(app.event().event_id).not.toBe(first.event_id);
    expect(last().headers).toMatchObject({
      'x-slack-retry-num': '1',
      'x-slack-retry-reason': 'http_timeout',
    });
    await sandbox.sendEvent(team.id, { type: 'app_uninstalled' }, { eventId: 'Ev1' });
    expect(app.event().event_id).toBe('Ev1');
  });

  test('user_change tells of a person who was deactivated', async () => {
    const user = sandbox.addUser(team.id, { email: 'leaver@example.com' });
    await sandbox.changeUser(team.id, user.id, { deleted: true });
    expect(app.event().event).toMatchObject({ type: 'user_change', user: { id: user.id, deleted: true } });
  });

  test("the app hears of its own bot's messages when it has subscribed to them", async () => {
    const echoing = await startSlackSandbox({ appUrl: app.url, ownMessageEvents: true });
    try {
      const { botId, id } = await echoing.addTeam();
      const user = echoing.addUser(id).id;
      const client = new WebClient(await echoing.issueBotToken(id), { slackApiUrl: echoing.url });
      const before = app.received.length;
      const { channel, ts } = await client.chat.postMessage({ channel: user, text: 'from the bot' });
      await echoing.until('the event has come', () => app.received.length > before);
      const event = { type: 'message', text: 'from the bot', bot_id: botId, channel, channel_type: 'im', ts };
      expect(app.event().event).toMatchObject(event);
    } finally {
      await echoing.close();
    }
  });
});

describe('acknowledgements', () => {
  test('that fail are noted', async () => {
    app.answer = { status: 500, body: 'oops' };
    const { status } = await sandbox.sendEvent(team.id, { type: 'team_join' });
    expect(status).toBe(500);
    expect(sandbox.violations).toMatchObject([
      { kind: 'bad-ack', detail: 'event team_join: status 500 oops' },
    ]);
  });

  test('that come too late are noted', async () => {
    const strict = await startSlackSandbox({ appUrl: app.url, ackDeadlineMs: 20 });
    try {
      const { id } = await strict.addTeam();
      app.answer = { status: 200, after: new Promise((resolve) => setTimeout(resolve, 40)) };
      await strict.sendEvent(id, { type: 'team_join' });
      expect(strict.violations).toMatchObject([{ kind: 'slow-ack' }]);
    } finally {
      await strict.close();
    }
  });

  test('of an app that is not there have status 0', async () => {
    sandbox.appUrl = 'http://127.0.0.1:1';
    expect(await sandbox.sendEvent(team.id, { type: 'team_join' })).toMatchObject({ status: 0 });
    expect(sandbox.violations).toMatchObject([{ kind: 'bad-ack' }]);
  });
});

describe('what people do in a channel', () => {
  const event = () => app.event().event as Record<string, unknown>;

  test('is told to an app that is in it: words, edits, deletions, files', async () => {
    const user = sandbox.addUser(team.id).id;
    const channel = await sandbox.addChannel(team.id, { name: 'deeds', members: [user], bot: true });
    const person = sandbox.person({ team: team.id, user });
    const head = await person.say(channel, 'head');
    const file = await person.uploadFile(Buffer.from('x'), 'x.txt', 'text/plain');
    const { ts } = await person.say(channel, '', head.ts, { files: [file] });
    expect(event()).toMatchObject({
      subtype: 'file_share',
      text: '',
      thread_ts: head.ts,
      files: [{ name: 'x.txt' }],
    });
    await person.edit(channel, ts, 'better');
    expect(event()).toMatchObject({
      subtype: 'message_changed',
      message: { text: 'better', ts, thread_ts: head.ts, user },
      previous_message: { ts },
    });
    await person.erase(channel, ts);
    expect(event()).toMatchObject({ subtype: 'message_deleted', deleted_ts: ts, previous_message: { user } });
    expect((await sandbox.messages(team.id, channel)).map(({ text }) => text)).toEqual(['head']);
  });

  test('to the channel and the app in it', async () => {
    const channel = await sandbox.addChannel(team.id, { name: 'moves', bot: true });
    await sandbox.archive(team.id, channel);
    expect(event()).toMatchObject({ type: 'channel_archive', channel });
    expect((await team.conversation(channel))?.isArchived).toBe(true);
    await sandbox.archive(team.id, channel, false);
    await sandbox.moveBot(team.id, channel, false);
    expect(event()).toMatchObject({ type: 'channel_left', channel });
    expect((await team.conversation(channel))?.isMember).toBe(false);
    await sandbox.moveBot(team.id, channel, true);
    expect(event()).toMatchObject({ type: 'member_joined_channel', user: team.botUserId });
    expect((await team.conversation(channel))?.isMember).toBe(true);
  });
});
