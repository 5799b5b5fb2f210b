import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BoltApp, startBoltApp } from './bolt-app.ts';
import { formApp, inviteForm, option, plain } from './form-app.ts';
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

async function openForm(): Promise<void> {
  await ada.command('/org', 'invite');
  await sandbox.until('the form is open', () => ada.modal?.callbackId === 'invite');
}

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
    form.answer = { response_action: 'errors', errors: { email: 'Already a member.' } };
    const { errors, modal } = await ada.submit();
    expect(errors).toEqual({ email: 'Already a member.' });
    expect(modal?.callbackId).toBe('invite');
    form.answer = { response_action: 'errors', errors: { steps: 'Not an input.' } };
    await expect(ada.submit()).rejects.toThrow('there is no input steps in the view');
    expect(sandbox.violations.splice(0)).toMatchObject([{ kind: 'response-action' }]);
  });

  test('update replaces, push lies on top, and clear takes everything away', async () => {
    await openForm();
    await ada.fill({ email: 'bob@example.com' });
    form.answer = { response_action: 'update', view: inviteForm('Again') };
    const updated = await ada.submit();
    expect(updated.modal?.view.title).toEqual(plain('Again'));
    form.answer = { response_action: 'push', view: inviteForm('On top') };
    await ada.submit();
    expect(sandbox.views(team.id, ada.user.id)).toHaveLength(2);
    expect(ada.modal?.view).toMatchObject({ previous_view_id: sandbox.views(team.id, ada.user.id)[0]?.id });
    await ada.fill({ email: 'carol@example.com' });
    form.answer = { response_action: 'clear' };
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
