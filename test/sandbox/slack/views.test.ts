import { randomUUID } from 'node:crypto';
import type { ModalView } from '@slack/types';
import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Person } from './person.ts';
import { type RecordingApp, startRecordingApp } from './recording-app.ts';
import { type SlackSandbox, startSlackSandbox } from './server.ts';
import { SILENT } from './silent-logger.ts';
import type { Workspace } from './workspace.ts';

let sandbox: SlackSandbox;
let app: RecordingApp;
let team: Workspace;
let ada: Person;
let client: WebClient;

beforeAll(async () => {
  sandbox = await startSlackSandbox();
  app = await startRecordingApp();
  sandbox.appUrl = app.url;
  team = await sandbox.addTeam();
  ada = sandbox.person({ team: team.id, user: sandbox.addUser(team.id).id });
  const token = await sandbox.issueBotToken(team.id, ['chat:write']);
  client = new WebClient(token, { slackApiUrl: sandbox.url, retryConfig: { retries: 0 }, logger: SILENT });
});

afterAll(async () => {
  await sandbox.close();
  await app.close();
});

function modal(text: string, more: Partial<ModalView> = {}): ModalView {
  const element = {
    type: 'button' as const,
    action_id: 'next',
    text: { type: 'plain_text' as const, text: 'Next' },
  };
  return {
    type: 'modal',
    title: { type: 'plain_text', text },
    blocks: [{ type: 'actions', elements: [element] }],
    ...more,
  };
}

/** A fresh trigger id, as a command brings it. */
async function commandTrigger(): Promise<string> {
  await ada.command('/org');
  return String(app.form().trigger_id);
}

/** A fresh trigger id, as a button of the topmost modal brings it. */
async function buttonTrigger(): Promise<string> {
  await ada.press('next');
  return String(app.payload().trigger_id);
}

function code(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'nothing was refused',
    (error: { data?: { error?: string } }) => error.data?.error,
  );
}

test('a trigger opens one modal, within three seconds', async () => {
  const trigger_id = await commandTrigger();
  const opened = await client.views.open({ trigger_id, view: modal('One') });
  expect(ada.modal?.id).toBe(opened.view?.id);
  expect(opened.view).toMatchObject({
    team_id: team.id,
    root_view_id: opened.view?.id,
    previous_view_id: null,
  });
  expect(opened.view?.blocks?.[0]).toMatchObject({ block_id: expect.any(String) });
  expect(await code(client.views.open({ trigger_id, view: modal('Two') }))).toBe('exchanged_trigger_id');
  const late = await commandTrigger();
  sandbox.expireTriggers();
  expect(await code(client.views.open({ trigger_id: late, view: modal('Late') }))).toBe('expired_trigger_id');
  expect(await code(client.views.open({ trigger_id: '1.2.x', view: modal('Wrong') }))).toBe(
    'invalid_trigger_id',
  );
});

test('views lie on one another three deep, and room is made by closing', async () => {
  await client.views.open({ trigger_id: await commandTrigger(), view: modal('1') });
  await client.views.push({ trigger_id: await buttonTrigger(), view: modal('2') });
  const third = await client.views.push({ trigger_id: await buttonTrigger(), view: modal('3') });
  const [first, second] = sandbox.views(team.id, ada.user.id);
  expect(third.view).toMatchObject({ root_view_id: first?.id, previous_view_id: second?.id });
  const fourth = async () => client.views.push({ trigger_id: await buttonTrigger(), view: modal('4') });
  expect(await code(fourth())).toBe('push_limit_reached');
  await ada.closeModal();
  await fourth();
  expect(sandbox.views(team.id, ada.user.id)).toHaveLength(3);
  const trigger_id = await commandTrigger();
  expect(await code(client.views.push({ trigger_id, view: modal('from nowhere') }))).toBe('not_found');
});

test('a stale hash is a conflict, and a closed view is not found', async () => {
  const external_id = randomUUID();
  const trigger_id = await commandTrigger();
  const { view } = await client.views.open({ trigger_id, view: modal('Old', { external_id }) });
  const view_id = view?.id ?? '';
  const fresh = await client.views.update({ view_id, hash: view?.hash, view: modal('New', { external_id }) });
  expect(fresh.view?.hash).not.toBe(view?.hash);
  expect(await code(client.views.update({ view_id, hash: view?.hash, view: modal('Stale') }))).toBe(
    'hash_conflict',
  );
  await client.views.update({ external_id, view: modal('By my id', { external_id }) });
  expect(ada.modal?.view.title).toMatchObject({ text: 'By my id' });
  await ada.closeModal();
  expect(await code(client.views.update({ view_id, view: modal('Gone') }))).toBe('not_found');
});

test('an input keeps what is in it unless its block id changes', async () => {
  const withInput = (block_id: string, initial_value: string) =>
    modal('Seats', {
      submit: { type: 'plain_text', text: 'Save' },
      blocks: [
        {
          type: 'input',
          block_id,
          label: { type: 'plain_text', text: 'Seats' },
          element: { type: 'number_input', action_id: 'n', is_decimal_allowed: false, initial_value },
        },
      ],
    });
  const trigger_id = await commandTrigger();
  const { view } = await client.views.open({ trigger_id, view: withInput('seats-1', '3') });
  const value = () => JSON.stringify(ada.modal?.view.state);
  await client.views.update({ view_id: view?.id ?? '', view: withInput('seats-1', '4') });
  expect(value()).toContain('"value":"3"');
  await client.views.update({ view_id: view?.id ?? '', view: withInput('seats-2', '4') });
  expect(value()).toContain('"value":"4"');
});

test('what is over the limits is refused and noted', async () => {
  const trigger_id = await commandTrigger();
  const long = modal('A title that is far too long for Slack');
  const refused = await client.views
    .open({ trigger_id, view: long })
    .catch((error: { data: unknown }) => error.data);
  expect(refused).toMatchObject({
    error: 'invalid_arguments',
    response_metadata: {
      messages: ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]'],
    },
  });
  expect(sandbox.violations.splice(0)).toMatchObject([
    { kind: 'limit', detail: expect.stringMatching(/^views.open/) },
  ]);
});

test('a home tab belongs to one person of the workspace', async () => {
  const view = { type: 'home' as const, blocks: [] };
  await client.views.publish({ user_id: ada.user.id, view });
  expect(sandbox.home(team.id, ada.user.id)?.view).toMatchObject({ type: 'home', team_id: team.id });
  expect(await code(client.views.publish({ user_id: 'U0NOBODY', view }))).toBe('user_not_found');
  const hash = ada.home?.view.hash as string;
  await client.views.publish({ user_id: ada.user.id, hash, view });
  expect(await code(client.views.publish({ user_id: ada.user.id, hash, view }))).toBe('hash_conflict');
});
