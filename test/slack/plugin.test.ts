import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Prisma } from '../../src/database/client.ts';
import { identify } from '../../src/domain/members/identify.ts';
import { createSecretKey } from '../../src/domain/plugin/keys/create-secret-key.ts';
import { hashOfKey } from '../../src/domain/plugin/keys/key-format.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { blockSaying, readModal } from './screen.ts';
import { type SeatedWorkspace, seatedWorkspace } from './seats.ts';
import { type StartedApp, startApp } from './start.ts';

let app: StartedApp;
let workspace: SeatedWorkspace;
let admin: Person;

beforeAll(async () => {
  app = await startApp({ level: 'trace' });
});
beforeEach(async () => {
  workspace = await seatedWorkspace(app);
  admin = await workspace.add('admin');
});
afterAll(async () => {
  expect(app.sandbox.violations).toEqual([]);
  await app.stop();
});

const keys = ({ organizationId } = workspace) =>
  app.context.database.apiKey.findMany({ where: { organizationId }, orderBy: { id: 'asc' } });
const seen = (person: Person, text: string) =>
  app.sandbox.until(`"${text}" is to be read`, () => readModal(person).includes(text));
const secretIn = (text: string) => /odsk_[\w-]{43}/.exec(text)?.[0] ?? '';

async function open(person: Person): Promise<void> {
  await person.command('/org', 'plugin');
  await seen(person, 'On your website');
}
async function openForm(person: Person): Promise<void> {
  await open(person);
  await person.press('plugin.new-secret');
  await seen(person, 'For you to know it by');
}
async function makeKey(person: Person, name = 'Shop server'): Promise<string> {
  await openForm(person);
  await person.fill({ name, scopes: ['tickets'] });
  await person.submit();
  return secretIn(readModal(person));
}
async function demote(person: Person): Promise<void> {
  const where = { organizationId: workspace.organizationId, userId: person.user.id };
  await app.context.database.member.updateMany({ where, data: { role: 'agent' } });
}

describe('/org plugin', () => {
  it('shows what to paste, with the key and our address, and which websites may use it', async () => {
    await app.context.database.authorizedDomain.createMany({
      data: Array.from({ length: 7 }, (_, n) => ({
        organizationId: workspace.organizationId,
        host: `shop${n}.example.com`,
        createdAt: app.context.now(),
      })),
    });
    await open(admin);
    const [key] = await keys();
    expect(key).toMatchObject({ kind: 'publishable', createdBy: admin.user.id, endsAt: null });
    const shown = readModal(admin);
    expect(shown).toContain(
      `\`\`\`&lt;script src="${app.url}/plugin/v1.js" data-key="${key?.publishable}" async&gt;&lt;/script&gt;\`\`\``,
    );
    expect(shown).toContain('shop0.example.com, shop1.example.com');
    expect(shown).toContain('shop4.example.com and 2 more.');
    expect(shown).toContain('There is no secret key.');
    await admin.press('plugin.domains');
    await seen(admin, '7 authorized domains.');
    await admin.fill({ website: 'more.example.com' });
    await admin.submit();
    expect(readModal(admin)).toContain('*more.example.com* is authorized now');
  });

  it('shows the same key to everybody who may see it, and makes no other', async () => {
    await open(admin);
    const [key] = await keys();
    const owner = await workspace.add('owner');
    await open(owner);
    expect(readModal(owner)).toContain(String(key?.publishable));
    expect(await keys()).toHaveLength(1);
  });

  it('rotates after a question, once for those who press at the same moment, and says until when the old one is good', async () => {
    const owner = await workspace.add('owner');
    await open(admin);
    await open(owner);
    const old = (await keys())[0]?.publishable ?? '';
    const confirm = admin.modal?.elements.find(({ actionId }) => actionId === 'plugin.rotate')?.element
      .confirm;
    expect(JSON.stringify(confirm)).toContain('24 more hours');
    await Promise.all([admin.press('plugin.rotate'), owner.press('plugin.rotate')]);
    const told = (person: Person) => readModal(person);
    await app.sandbox.until('both have an answer', () =>
      [admin, owner].every((person) => /There is a new publishable key|rotated already/.test(told(person))),
    );
    const winner = told(admin).includes('There is a new publishable key') ? admin : owner;
    const other = winner === admin ? owner : admin;
    expect(told(other)).toContain('This key was rotated already.');
    const rows = await keys();
    expect(rows.map(({ endsAt }) => endsAt)).toEqual([
      new Date(app.context.now().getTime() + 86_400_000),
      null,
    ]);
    expect(told(winner)).toContain(`data-key="${rows[1]?.publishable}"`);
    expect(told(winner)).not.toContain(old);
    const ends = Math.floor(app.context.now().getTime() / 1000) + 86_400;
    expect(told(winner)).toContain(
      `The old key that ends in \`${old.slice(-4)}\` is good until <!date^${ends}^`,
    );
  });

  it('is for Admins and the Owner: Agents, guests and people without a seat are refused', async () => {
    const refused = async (person: Person) => String((await person.command('/org', 'plugin')).ack.json?.text);
    expect(await refused(await workspace.add('agent'))).toBe('Only the Owner and Admins can do this.');
    expect(await refused(await workspace.add())).toContain('You have no seat');
    expect(await refused(await workspace.add(undefined, { isRestricted: true }))).toContain(
      'You have no seat',
    );
    expect(await keys()).toEqual([]);
    const { ack } = await (await workspace.add('agent')).command('/org', 'help');
    expect(ack.body).not.toContain('/org plugin');
  });

  it('leaves keys to be revoked, and none to be made, while the organization is read-only', async () => {
    await makeKey(admin);
    await admin.closeModal();
    await admin.closeModal();
    await app.context.database.organization.update({
      where: { id: workspace.organizationId },
      data: { subscriptionId: `sub_${workspace.teamId}`, subscriptionStatus: 'canceled' },
    });
    await open(admin);
    const offered = admin.modal?.elements.map(({ actionId }) => actionId);
    expect(offered).toEqual(['plugin.domains', 'plugin.rotate', 'plugin.revoke']);
    await admin.press('plugin.revoke');
    await seen(admin, 'There is no secret key.');
    expect((await keys()).find(({ kind }) => kind === 'secret')?.endsAt).toEqual(app.context.now());
  });
});

describe('a secret key', () => {
  it('is shown once, in a view without a control, and is listed by name, scopes and last letters', async () => {
    await openForm(admin);
    await admin.fill({ name: 'Shop <!channel>', scopes: ['tickets', 'payments'] });
    const { modal } = await admin.submit();
    const secret = secretIn(readModal(admin));
    expect(readModal(admin)).toContain('it is shown *this once*');
    expect(readModal(admin)).toContain('*Shop &lt;!channel&gt;* is made.');
    expect(modal?.elements).toEqual([]);
    const { private_metadata, submit, notify_on_close } = modal?.view ?? {};
    expect({ private_metadata, submit, notify_on_close }).toEqual({
      private_metadata: '',
      submit: null,
      notify_on_close: false,
    });
    const row = (await keys()).find(({ kind }) => kind === 'secret');
    expect(Buffer.from(row?.secretHash ?? [])).toEqual(Buffer.from(hashOfKey(secret)));
    await admin.closeModal();
    await seen(admin, 'The secret key *Shop &lt;!channel&gt;* is made.');
    const shown = readModal(admin);
    expect(shown).toContain(`*Shop &lt;!channel&gt;* · ends in \`${secret.slice(-4)}\``);
    expect(shown).toContain('May open tickets; start payments, and read how they stand');
    expect(JSON.stringify(admin.modal?.view)).not.toContain(secret.slice(0, -4));
  });

  it('stands in no table, no line of the log, and no later view', async () => {
    const secret = await makeKey(admin);
    expect(secret).toHaveLength(48);
    await admin.closeModal();
    await seen(admin, 'is made.');
    await admin.closeModal();
    await admin.command('/org', 'audit');
    await seen(admin, 'made the secret key *Shop server* for tickets');
    const most = secret.slice(0, -4);
    expect(readModal(admin)).not.toContain(most);
    const kept = await everyTable();
    expect(kept).toContain('Shop server');
    for (const form of [most, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64')]) {
      expect(kept).not.toContain(form);
    }
    expect(app.logged.length).toBeGreaterThan(0);
    expect(JSON.stringify(app.logged)).not.toContain(most);
  });

  it('is neither made nor shown again when the signed submission is sent again', async () => {
    await makeKey(admin);
    const request = app.sandbox.lastRequest;
    const replays = await Promise.all(Array.from({ length: 20 }, () => app.sandbox.replay(request)));
    expect(new Set(replays.map(({ status, body }) => `${status} ${body}`))).toEqual(new Set(['200 ']));
    expect((await keys()).filter(({ kind }) => kind === 'secret')).toHaveLength(1);
  });

  it('is made once when Submit is pressed twice, and stays to be read below what the second press is told', async () => {
    await openForm(admin);
    await admin.fill({ name: 'Shop server', scopes: ['payments'] });
    const form = admin.modal;
    const view = form?.view;
    await admin.submit();
    const secret = secretIn(readModal(admin));
    // Signed anew, with the form as it was.
    await admin.submit({ force: true, edit: (payload) => Object.assign(payload, { view }) });
    expect(readModal(admin)).toContain('This form was sent already');
    await admin.closeModal();
    expect(readModal(admin)).toContain(secret);
    expect((await keys()).filter(({ kind }) => kind === 'secret')).toHaveLength(1);
  });

  it('is not made without a name or a scope, or for something that the form does not offer', async () => {
    await openForm(admin);
    await admin.fill({ name: '\u200b', scopes: ['tickets'] });
    expect((await admin.submit()).errors).toEqual({ name: 'A key’s name has 1 to 50 characters.' });
    await admin.fill({ name: 'x'.repeat(51) });
    expect((await admin.submit()).errors).toEqual({ name: 'A key’s name has 1 to 50 characters.' });
    await admin.fill({ name: 'Shop' });
    const scopesSent = (options: unknown) => (payload: Record<string, unknown>) => {
      const { values } = (payload.view as { state: { values: Record<string, unknown> } }).state;
      values.scopes = { scopes: { type: 'checkboxes', selected_options: options } };
    };
    for (const options of [[], [{ value: 'owner' }], [{ value: 'tickets' }, { value: '__proto__' }]]) {
      const { errors } = await admin.submit({ edit: scopesSent(options), force: true });
      expect(errors).toEqual({ scopes: 'Choose what the key may do: at least one thing.' });
    }
    expect((await keys()).map(({ kind }) => kind)).toEqual(['publishable']);
  });

  it('is not made by who has lost the role since the form was opened', async () => {
    await openForm(admin);
    await admin.fill({ name: 'Shop', scopes: ['tickets'] });
    await demote(admin);
    expect((await admin.submit()).errors).toEqual({ name: 'Only the Owner and Admins can do this.' });
    expect((await keys()).map(({ kind }) => kind)).toEqual(['publishable']);
  });

  it('is revoked at once, after a question', async () => {
    const kept = await makeKey(admin, 'Kept');
    await admin.closeModal();
    await seen(admin, 'is made.');
    await admin.closeModal();
    const gone = await makeKey(admin, 'Gone');
    await admin.closeModal();
    await seen(admin, '2 secret keys.');
    await admin.press('plugin.revoke', { blockId: blockSaying(admin, `\`${gone.slice(-4)}\``) });
    await seen(admin, 'The secret key *Gone* is revoked');
    expect(readModal(admin)).toContain('1 secret key.');
    const rows = (await keys()).filter(({ kind }) => kind === 'secret');
    expect(rows.map(({ name, endsAt }) => [name, endsAt])).toEqual([
      ['Kept', null],
      ['Gone', app.context.now()],
    ]);
    expect(kept).not.toBe(gone);
  });
});

describe('buttons of an old view', () => {
  it('do nothing for who has lost the role', async () => {
    await makeKey(admin);
    await admin.closeModal();
    await seen(admin, 'is made.');
    const before = await keys();
    await demote(admin);
    for (const actionId of ['plugin.rotate', 'plugin.new-secret', 'plugin.revoke']) {
      await admin.press(actionId);
      await seen(admin, 'Only the Owner and Admins can do this.');
      await admin.closeModal();
    }
    expect(await keys()).toEqual(before);
  });

  it('reach no other organization, whatever they say', async () => {
    const other = await seatedWorkspace(app);
    const stranger = await other.add('owner');
    const { user } = stranger;
    const actor = await identify(app.context, { teamId: other.teamId, userId: user.id, name: user.name });
    await createSecretKey(app.context, actor, { name: 'Theirs', scopes: ['tickets'] });
    await open(stranger);
    const theirs = await keys(other);
    await makeKey(admin);
    await admin.closeModal();
    await seen(admin, 'is made.');
    const ours = await keys();
    const pressWith = async (actionId: string, value: string, sentence: string) => {
      await admin.press(actionId, {
        edit: (payload) => Object.assign((payload.actions as [object])[0], { value }),
      });
      await seen(admin, sentence);
      await admin.closeModal();
    };
    for (const value of [...theirs.map(({ id }) => id), 'x', '']) {
      await pressWith('plugin.rotate', value, 'This key was rotated already.');
      await pressWith('plugin.revoke', value, 'There is no such key any more.');
    }
    expect(await keys(other)).toEqual(theirs);
    expect(await keys()).toEqual(ours);
  });
});

/** Every row of every table, as PostgreSQL writes it. */
async function everyTable(): Promise<string> {
  const { database } = app.context;
  const tables = await database.$queryRaw<{ name: string }[]>`
    SELECT table_name::text AS name FROM information_schema.tables
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`;
  const texts = await Promise.all(
    tables.map(
      ({ name }) =>
        database.$queryRaw<
          { text: string | null }[]
        >`SELECT string_agg(t::text, ' ') AS text FROM ${Prisma.raw(name)} t`,
    ),
  );
  return texts.flatMap((rows) => rows.map(({ text }) => text ?? '')).join('\n');
}
