import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../sandbox/slack/person.ts';
import { readModal } from './screen.ts';
import { type SeatedWorkspace, seatedWorkspace } from './seats.ts';
import { type StartedApp, startApp } from './start.ts';

let app: StartedApp;
let workspace: SeatedWorkspace;
let admin: Person;

beforeAll(async () => {
  app = await startApp();
});
beforeEach(async () => {
  workspace = await seatedWorkspace(app);
  admin = await workspace.add('admin');
});
afterAll(async () => {
  expect(app.sandbox.violations).toEqual([]);
  await app.stop();
});

const domains = async ({ organizationId } = workspace) => {
  const rows = await app.context.database.authorizedDomain.findMany({
    where: { organizationId },
    orderBy: { host: 'asc' },
  });
  return rows.map(({ host, includeSubdomains }) => `${host}${includeSubdomains ? ' +' : ''}`);
};
const list = async (hosts: string[], { organizationId } = workspace) => {
  const createdAt = app.context.now();
  const data = hosts.map((host) => ({ id: app.context.newId(), organizationId, host, createdAt }));
  await app.context.database.authorizedDomain.createMany({ data });
  return data.map(({ id }) => id);
};
const answers = (person: Person) =>
  app.sandbox.ephemerals(workspace.teamId, person.user.id).map(({ text }) => text);
const seen = (person: Person, text: string) =>
  app.sandbox.until(`"${text}" is to be read`, () => readModal(person).includes(text));
async function openList(person: Person): Promise<void> {
  await person.command('/org', 'domains');
  await seen(person, 'Authorized domains');
}

describe('/org domains', () => {
  it('adds one domain after the other in the same modal, each time with an empty input', async () => {
    await openList(admin);
    expect(readModal(admin)).toContain('No website is authorized yet.');
    await admin.fill({ website: 'https://www.Shop.example.com/basket' });
    await admin.submit();
    expect(readModal(admin)).toContain('*shop.example.com* is authorized now');
    expect(admin.modal?.view.state).toEqual({
      values: { website: { 'website-1': { type: 'plain_text_input', value: null } } },
    });
    await admin.fill({ website: 'bücher.de' });
    await admin.submit();
    expect(readModal(admin)).toContain('*bücher.de (xn--bcher-kva.de)* is authorized now');
    expect(await domains()).toEqual(['shop.example.com', 'xn--bcher-kva.de']);
  });

  it.each([
    ['co.uk', 'co.uk is a public suffix'],
    ['192.168.0.1', 'An IP address cannot be authorized.'],
    ['ada@example.com', 'Leave user names, passwords and @ out'],
    ['*.example.com', 'Leave the * out'],
    ['example.com:8443', 'Leave the port out'],
    ['localhost', 'This is not a website’s domain.'],
    ['listed.example.com', 'listed.example.com is authorized already.'],
  ])('says on the input why %s cannot be added', async (website, sentence) => {
    await list(['listed.example.com']);
    await openList(admin);
    await admin.fill({ website });
    expect((await admin.submit()).errors).toEqual({ website: expect.stringContaining(sentence) });
    expect(await domains()).toEqual(['listed.example.com']);
  });

  it('switches subdomains on and off, and keeps what is being typed', async () => {
    await list(['one.example.com', 'two.example.com']);
    await openList(admin);
    await admin.fill({ website: 'three.exam' });
    await admin.press('domains.subdomains', { blockId: controlsOf('one.example.com') });
    await seen(admin, 'The subdomains of *one.example.com* are authorized now.');
    expect(await domains()).toEqual(['one.example.com +', 'two.example.com']);
    expect(JSON.stringify(admin.modal?.view.state)).toContain('three.exam');
    await admin.press('domains.subdomains', { text: 'Leave subdomains out' });
    await seen(admin, 'are no longer authorized.');
    expect(await domains()).toEqual(['one.example.com', 'two.example.com']);
  });

  it('removes one, and keeps its page', async () => {
    const hosts = Array.from({ length: 12 }, (_, n) => `site${String(n).padStart(2, '0')}.example.com`);
    await list(hosts);
    await openList(admin);
    await admin.press('domains.next');
    await seen(admin, 'Page 2 of 2');
    await admin.press('domains.remove', { blockId: controlsOf('site10.example.com') });
    await seen(admin, '*site10.example.com* is off the list.');
    expect(readModal(admin)).toContain('Page 2 of 2');
    expect(await domains()).toHaveLength(11);
    await admin.press('domains.remove');
    await seen(admin, '*site11.example.com* is off the list.');
    expect(readModal(admin)).toContain('10 authorized domains.');
    expect(readModal(admin)).not.toContain('Page');
  });

  it('shows an addition on the page where it stands', async () => {
    await list(Array.from({ length: 10 }, (_, n) => `a${n}.example.com`));
    await openList(admin);
    await admin.fill({ website: 'zoo.example.com' });
    await admin.submit();
    expect(readModal(admin)).toContain('Page 2 of 2');
    expect(readModal(admin)).toContain('*zoo.example.com*\n');
  });

  it('add … does it at once', async () => {
    await admin.command('/org', 'domains add <https://shop.example.com|shop.example.com>');
    await admin.command('/org', 'domains add com');
    expect(answers(admin)).toEqual([
      expect.stringContaining('*shop.example.com* is authorized now, with and without www.'),
      expect.stringContaining('com is a public suffix'),
    ]);
    expect(await domains()).toEqual(['shop.example.com']);
  });

  it('is only to be read for Agents, who can change nothing by any way', async () => {
    const [id] = await list(['shop.example.com']);
    const agent = await workspace.add('agent');
    await agent.command('/org', 'domains add other.example.com');
    expect(answers(agent)).toEqual(['Only the Owner and Admins can do this.']);
    await openList(agent);
    expect(agent.modal?.elements).toEqual([]);
    // An Admin's modal stays open while the role is lost.
    await openList(admin);
    await app.context.database.member.updateMany({
      where: { userId: admin.user.id },
      data: { role: 'agent' },
    });
    await admin.fill({ website: 'other.example.com' });
    expect((await admin.submit()).errors).toEqual({ website: 'Only the Owner and Admins can do this.' });
    for (const actionId of ['domains.remove', 'domains.subdomains']) {
      await admin.press(actionId, { blockId: controlsOf(String(id)) });
      await seen(admin, 'Only the Owner and Admins can do this.');
      await admin.closeModal();
    }
    expect(await domains()).toEqual(['shop.example.com']);
  });

  it('reaches no other organization, and takes no made-up ids or metadata', async () => {
    const other = await seatedWorkspace(app);
    const [id] = await list(['theirs.example.com'], other);
    await list(['ours.example.com']);
    await openList(admin);
    const pressWith = async (actionId: string, value: string) => {
      await admin.press(actionId, {
        edit: (payload) => Object.assign((payload.actions as [object])[0], { value }),
      });
      await seen(admin, 'There is no such domain on the list.');
      await admin.closeModal();
    };
    for (const value of [String(id), 'x', '']) await pressWith('domains.remove', value);
    for (const value of [`on:${id}`, 'on:x', 'off', '']) await pressWith('domains.subdomains', value);
    await admin.fill({ website: 'more.example.com' });
    await admin.submit({
      edit: (payload) =>
        Object.assign(payload.view as object, { private_metadata: '{"page":-7,"added":"x"}' }),
    });
    expect(readModal(admin)).toContain('*more.example.com* is authorized now');
    expect(await domains()).toEqual(['more.example.com', 'ours.example.com']);
    expect(await domains(other)).toEqual(['theirs.example.com']);
  });
});

/** The block of the buttons of one domain, by its host or id. */
function controlsOf(domain: string): string {
  const found = admin.modal?.elements.find(
    ({ element }) =>
      element.type === 'button' &&
      JSON.stringify([element.accessibility_label, element.value]).includes(domain),
  );
  return found?.blockId ?? '';
}

describe('localhost', () => {
  it('can be authorized where the operator allows it, by the command and in the form', async () => {
    const developers = await startApp({ allowLocalhost: true });
    try {
      for (const add of [
        (person: Person) => person.command('/org', 'domains add localhost'),
        async (person: Person) => {
          await person.command('/org', 'domains');
          await developers.sandbox.until('the form is open', () => person.modal !== undefined);
          await person.fill({ website: 'http://localhost' });
          await person.submit();
        },
      ]) {
        const { add: addPerson, organizationId } = await seatedWorkspace(developers);
        await add(await addPerson('owner'));
        const listed = await developers.context.database.authorizedDomain.findMany({
          where: { organizationId },
        });
        expect(listed).toMatchObject([{ host: 'localhost', includeSubdomains: false }]);
      }
      expect(developers.sandbox.violations).toEqual([]);
    } finally {
      await developers.stop();
    }
  });

  it('cannot be by any other way', async () => {
    const { ack } = await admin.command('/org', 'domains add localhost');
    expect(ack.json?.text).toContain('This is not a website’s domain.');
    expect(await domains()).toEqual([]);
  });
});
