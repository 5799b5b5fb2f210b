import type { App } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BoltApp, startBoltApp } from './bolt-app.ts';
import type { Person } from './person.ts';
import { type SlackSandbox, startSlackSandbox } from './server.ts';
import type { Workspace } from './workspace.ts';

let sandbox: SlackSandbox;
let bolt: BoltApp;
let team: Workspace;
let ada: Person;

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const option = (value: string) => ({ text: plain(value.toUpperCase()), value });

function inviteForm(title = 'Invite'): ModalView {
  return {
    type: 'modal',
    callback_id: 'invite',
    private_metadata: 'from-command',
    notify_on_close: true,
    title: plain(title),
    submit: plain('Send'),
    blocks: [
      {
        type: 'input',
        block_id: 'email',
        label: plain('E-mail'),
        element: { type: 'email_text_input', action_id: 'email_value' },
      },
      {
        type: 'input',
        block_id: 'role',
        label: plain('Role'),
        element: {
          type: 'static_select',
          action_id: 'role_value',
          options: [option('admin'), option('agent')],
          initial_option: option('agent'),
        },
      },
      {
        type: 'input',
        block_id: 'seats',
        dispatch_action: true,
        label: plain('Seats'),
        element: {
          type: 'number_input',
          action_id: 'seats_value',
          is_decimal_allowed: false,
          min_value: '1',
          initial_value: '3',
        },
      },
      {
        type: 'actions',
        block_id: 'steps',
        elements: [
          { type: 'button', action_id: 'plus', text: plain('+'), value: '1' },
          { type: 'button', action_id: 'preview', text: plain('Preview') },
        ],
      },
    ],
  };
}

/** What the app answers to the next submission. */
let answer: Record<string, unknown> | undefined;
const seen: { name: string; body: Record<string, unknown> }[] = [];

function listen(app: App): void {
  app.command('/org', async ({ ack, body, client, respond, command }) => {
    seen.push({ name: 'command', body: { ...body } });
    if (command.text === 'help') {
      await ack('Try /org overview');
      return;
    }
    await ack();
    if (command.text.startsWith('say')) await respond({ response_type: 'in_channel', text: command.text });
    else await client.views.open({ trigger_id: body.trigger_id, view: inviteForm() });
  });
  app.view('invite', async ({ ack, body }) => {
    seen.push({ name: 'submit', body: { ...body } });
    await (answer ? ack(answer as never) : ack());
  });
  app.view({ callback_id: 'invite', type: 'view_closed' }, async ({ ack, body }) => {
    seen.push({ name: 'closed', body: { ...body } });
    await ack();
  });
  app.action(/.*/, async ({ ack, body, client, action, respond }) => {
    await ack();
    seen.push({ name: 'action', body: { ...body, action } });
    if (body.type !== 'block_actions' || !('action_id' in action)) return;
    if (action.action_id === 'plus' && body.view) {
      const view = inviteForm('Invite more');
      await client.views.update({ view_id: body.view.id, hash: body.view.hash, view });
    }
    if (action.action_id === 'preview') {
      await client.views.push({ trigger_id: body.trigger_id, view: inviteForm('Pushed') });
    }
    if (action.action_id === 'decline') await respond({ replace_original: true, text: 'Declined.' });
  });
  app.shortcut(/.*/, async ({ ack, body }) => {
    seen.push({ name: 'shortcut', body: { ...body } });
    await ack();
  });
  app.event('app_home_opened', async ({ event, client }) => {
    const button = { type: 'button' as const, action_id: 'home_seats', text: plain('Seats') };
    const blocks = [{ type: 'actions' as const, elements: [button] }];
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
  });
  app.message(/.*/, async ({ message }) => {
    seen.push({ name: 'message', body: { ...message } });
  });
}

beforeAll(async () => {
  sandbox = await startSlackSandbox();
  bolt = await startBoltApp(sandbox, listen);
  team = await sandbox.addTeam({ name: 'Northwind' });
  const user = sandbox.addUser(team.id, { email: 'ada@example.com', isOwner: true }).id;
  await sandbox.install({ team: team.id, user });
  ada = sandbox.person({ team: team.id, user });
});

beforeEach(async () => {
  while (ada.modal) await ada.closeModal();
  answer = undefined;
  seen.length = 0;
});

afterAll(async () => {
  expect(sandbox.violations).toEqual([]);
  await bolt.stop();
  await sandbox.close();
});

async function openForm(): Promise<void> {
  await ada.command('/org', 'invite');
  await sandbox.until('the form is open', () => ada.modal?.callbackId === 'invite');
}

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

  test('a response URL runs out', async () => {
    await ada.command('/org', 'help');
    sandbox.expireResponseUrls();
    const late = await fetch(String(seen[0]?.body.response_url), { method: 'POST', body: '{"text":"late"}' });
    expect(await late.json()).toMatchObject({ error: 'expired_url' });
  });
});

describe('modals', () => {
  test('a submission carries the state of every input and closes the modal', async () => {
    await openForm();
    await ada.fill({ email: 'bob@example.com', role: 'ADMIN' });
    const { ack, modal } = await ada.submit();
    expect(ack.status).toBe(200);
    expect(modal).toBeUndefined();
    const submitted = seen.find(({ name }) => name === 'submit')?.body;
    expect(submitted?.view).toMatchObject({
      callback_id: 'invite',
      private_metadata: 'from-command',
      team_id: team.id,
      app_installed_team_id: team.id,
      state: {
        values: {
          email: { email_value: { type: 'email_text_input', value: 'bob@example.com' } },
          role: { role_value: { type: 'static_select', selected_option: option('admin') } },
          seats: { seats_value: { type: 'number_input', value: '3' } },
        },
      },
    });
  });

  test('what the form itself refuses is never sent', async () => {
    await openForm();
    await expect(ada.submit()).rejects.toThrow('E-mail: it is required');
    await ada.fill({ email: 'nonsense' });
    await expect(ada.submit()).rejects.toThrow('E-mail: it is no e-mail address');
    await ada.fill({ email: 'bob@example.com', seats: '0' });
    await expect(ada.submit()).rejects.toThrow('Seats: it is too small');
    await expect(ada.fill({ role: 'emperor' })).rejects.toThrow('role_value does not offer "emperor"');
    await expect(ada.fill({ colour: 'red' })).rejects.toThrow('There is no input colour');
    expect(seen.filter(({ name }) => name === 'submit')).toEqual([]);
    await ada.submit({ force: true });
    expect(seen.filter(({ name }) => name === 'submit')).toHaveLength(1);
  });

  test('errors stay under their inputs, and an error for no input is refused loudly', async () => {
    await openForm();
    await ada.fill({ email: 'bob@example.com' });
    answer = { response_action: 'errors', errors: { email: 'Already a member.' } };
    const { errors, modal } = await ada.submit();
    expect(errors).toEqual({ email: 'Already a member.' });
    expect(modal?.callbackId).toBe('invite');
    answer = { response_action: 'errors', errors: { steps: 'Not an input.' } };
    await expect(ada.submit()).rejects.toThrow('there is no input steps in the view');
    expect(sandbox.violations.splice(0)).toMatchObject([{ kind: 'response-action' }]);
  });

  test('update replaces, push lies on top, and clear takes everything away', async () => {
    await openForm();
    await ada.fill({ email: 'bob@example.com' });
    answer = { response_action: 'update', view: inviteForm('Again') };
    const updated = await ada.submit();
    expect(updated.modal?.view.title).toEqual(plain('Again'));
    answer = { response_action: 'push', view: inviteForm('On top') };
    await ada.submit();
    expect(sandbox.views(team.id, ada.user.id)).toHaveLength(2);
    expect(ada.modal?.view).toMatchObject({ previous_view_id: sandbox.views(team.id, ada.user.id)[0]?.id });
    await ada.fill({ email: 'carol@example.com' });
    answer = { response_action: 'clear' };
    expect((await ada.submit()).modal).toBeUndefined();
  });

  test('a submission that is acknowledged empty shows the modal below again', async () => {
    await openForm();
    const below = ada.modal?.id;
    await ada.press('preview');
    await sandbox.until('the second modal is open', () => ada.modal?.id !== below);
    await ada.fill({ email: 'bob@example.com' });
    expect((await ada.submit()).modal?.id).toBe(below);
    await ada.closeModal();
    expect(seen.at(-1)).toMatchObject({ name: 'closed', body: { type: 'view_closed', is_cleared: false } });
  });

  test('a button sends what the person sees; views.update keeps what was typed', async () => {
    await openForm();
    await ada.fill({ email: 'bob@example.com' });
    const hash = ada.modal?.view.hash;
    await ada.press('plus');
    await sandbox.until('the view was updated', () => ada.modal?.view.hash !== hash);
    expect(seen.find(({ name }) => name === 'action')?.body).toMatchObject({
      container: { type: 'view', view_id: ada.modal?.id },
      action: { type: 'button', action_id: 'plus', block_id: 'steps', value: '1' },
      view: { state: { values: { email: { email_value: { value: 'bob@example.com' } } } } },
    });
    expect(ada.modal?.view.title).toEqual(plain('Invite more'));
    expect(ada.modal?.view.state).toMatchObject({
      values: { email: { email_value: { value: 'bob@example.com' } } },
    });
    await expect(ada.press('minus')).rejects.toThrow('minus is not to be seen');
    await expect(ada.press('role_value')).rejects.toThrow('is no button');
  });

  test('an input that asks for it tells the app what is typed', async () => {
    await openForm();
    await ada.type('seats_value', '7');
    expect(seen.at(-1)).toMatchObject({
      name: 'action',
      body: { action: { type: 'number_input', action_id: 'seats_value', value: '7' } },
    });
    expect(await ada.type('email_value', 'x@example.com')).toBeUndefined();
  });

  test('a payload can be tampered with before it is signed', async () => {
    await openForm();
    await ada.fill({ email: 'bob@example.com' });
    await ada.submit({
      edit: (payload) => {
        payload.view = { ...(payload.view as object), private_metadata: 'another organization' };
      },
    });
    expect(seen.at(-1)?.body.view).toMatchObject({ private_metadata: 'another organization' });
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
});
