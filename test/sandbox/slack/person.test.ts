import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BoltApp, startBoltApp } from './bolt-app.ts';
import { formApp, plain } from './form-app.ts';
import type { Person } from './person.ts';
import { type SlackSandbox, startSlackSandbox } from './server.ts';
import type { Workspace } from './workspace.ts';

const form = formApp();
const { seen } = form;
let sandbox: SlackSandbox;
let bolt: BoltApp;
let team: Workspace;
let ada: Person;

beforeAll(async () => {
  sandbox = await startSlackSandbox();
  bolt = await startBoltApp(sandbox, form.listen);
  team = await sandbox.addTeam({ name: 'Northwind' });
  const user = sandbox.addUser(team.id, { email: 'ada@example.com', isOwner: true }).id;
  await sandbox.install({ team: team.id, user });
  ada = sandbox.person({ team: team.id, user });
});

beforeEach(async () => {
  while (ada.modal) await ada.closeModal();
  form.answer = undefined;
  seen.length = 0;
});

afterAll(async () => {
  expect(sandbox.violations).toEqual([]);
  await bolt.stop();
  await sandbox.close();
});

describe('commands', () => {
  test('the answer in the acknowledgement is shown to the person alone', async () => {
    const { ack } = await ada.command('/org', 'help');
    expect(ack).toMatchObject({ status: 200, body: 'Try /org overview' });
    expect(sandbox.ephemerals(team.id, ada.user.id).at(-1)?.text).toBe('Try /org overview');
    expect(seen[0]?.body).toMatchObject({
      team_id: team.id,
      user_id: ada.user.id,
      command: '/org',
      text: 'help',
    });
  });

  test('a response URL takes five posts and no sixth', async () => {
    const channel = await sandbox.addChannel(team.id, { name: 'talk', members: [ada.user.id] });
    const { responses } = await ada.command('/org', 'say hello', { channel });
    await sandbox.until('the answer is there', () => responses.length === 1);
    expect((await sandbox.messages(team.id, channel)).map(({ text }) => text)).toEqual(['say hello']);
    const url = String(seen[0]?.body.response_url);
    const post = () => fetch(url, { method: 'POST', body: JSON.stringify({ text: 'more' }) });
    for (let count = 2; count <= 5; count += 1) expect((await post()).status).toBe(200);
    const sixth = await post();
    expect([sixth.status, await sixth.json()]).toEqual([404, { ok: false, error: 'used_url' }]);
    expect(responses).toHaveLength(5);
  });

  test('an acknowledgement over the limits is noted and not shown', async () => {
    const before = sandbox.ephemerals(team.id, ada.user.id).length;
    await ada.command('/org', 'too long');
    expect(sandbox.ephemerals(team.id, ada.user.id)).toHaveLength(before);
    expect(sandbox.violations.splice(0)).toMatchObject([{ kind: 'limit', detail: '/org: "msg_too_long"' }]);
  });

  test('a response URL runs out', async () => {
    await ada.command('/org', 'help');
    sandbox.expireResponseUrls();
    const late = await fetch(String(seen[0]?.body.response_url), { method: 'POST', body: '{"text":"late"}' });
    expect(await late.json()).toMatchObject({ error: 'expired_url' });
  });
});

describe('elsewhere', () => {
  test('the home tab is published when it is opened, and its buttons work', async () => {
    await ada.openHome();
    await sandbox.until('the home tab is there', () => ada.home);
    await ada.press('home_seats', { in: 'home' });
    expect(seen.at(-1)?.body).toMatchObject({
      container: { type: 'view', view_id: ada.home?.id },
      view: { type: 'home' },
    });
  });

  test('a button in a direct message can replace its message', async () => {
    const token = bolt.installations.get(team.id)?.bot?.token;
    const elements = [{ type: 'button' as const, action_id: 'decline', text: plain('Decline'), value: 'i1' }];
    const blocks = [{ type: 'actions' as const, block_id: 'answer', elements }];
    await bolt.app.client.chat.postMessage({ token, channel: ada.user.id, text: 'You are invited', blocks });
    const { responses } = await ada.press('decline');
    await sandbox.until('the app has answered', () => responses.length === 1);
    expect(seen.find(({ name }) => name === 'action')?.body).toMatchObject({
      container: { type: 'message', is_ephemeral: false },
      message: { text: 'You are invited', bot_id: team.botId },
      action: { value: 'i1', block_id: 'answer' },
    });
    expect((await sandbox.directMessages(team.id, ada.user.id)).at(-1)?.text).toBe('Declined.');
  });

  test('shortcuts, global and of a message', async () => {
    const channel = await sandbox.addChannel(team.id, { name: 'cuts', members: [ada.user.id], bot: true });
    await ada.shortcut('new_ticket');
    const { ts } = await ada.say(channel, 'My printer is on fire');
    await ada.messageShortcut('ticket_from_message', { channel, ts });
    const shortcuts = seen.filter(({ name }) => name === 'shortcut').map(({ body }) => body);
    expect(shortcuts).toMatchObject([
      { type: 'shortcut', callback_id: 'new_ticket' },
      {
        type: 'message_action',
        callback_id: 'ticket_from_message',
        message: { text: 'My printer is on fire', ts },
      },
    ]);
    expect(seen.find(({ name }) => name === 'message')?.body).toMatchObject({ channel_type: 'channel', ts });
  });

  test('the app hears nothing of a channel that it is not in', async () => {
    const channel = await sandbox.addChannel(team.id, { name: 'private-talk', members: [ada.user.id] });
    expect((await ada.say(channel, 'psst')).ack).toBeUndefined();
  });

  test('a stranger acts under another team id than that of the workspace', async () => {
    const { id } = sandbox.addUser(team.id, { homeTeam: 'T0ELSEWHERE' });
    await sandbox.person({ team: team.id, user: id }).shortcut('new_ticket');
    expect(seen.at(-1)?.body).toMatchObject({ team: { id: team.id }, user: { id, team_id: 'T0ELSEWHERE' } });
  });
});
