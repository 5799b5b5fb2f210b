import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { jpeg, png } from '../domain/organizations/images.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { newTown, settle, type Town, words } from './organization.ts';
import { type StartedApp, startApp } from './start.ts';

let app: StartedApp;
let town: Town;
let owner: Person;

beforeAll(async () => {
  app = await startApp();
});
beforeEach(async () => {
  town = await newTown(app);
  owner = await town.found('Harbour');
});
afterAll(async () => {
  expect(app.sandbox.violations).toEqual([]);
  await app.stop();
});

const logo = async () =>
  app.context.database.logo.findFirst({ where: { organization: { teamId: town.teamId } } });
const actions = async () => (await town.audit()).map(({ action }) => action);

describe('/org settings', () => {
  it('shows what is set, and saves what was changed', async () => {
    await town.open(owner, 'settings');
    expect(words(owner.modal?.view)).toContain('"initial_value":"Harbour"');
    await owner.fill({ description: 'Open at nine.', join_link: 'https://join.slack.com/t/harbour/zt-1' });
    await owner.submit();
    expect(words(owner.modal?.view)).toContain('Saved: the description, the join link.');
    expect(await town.organization()).toMatchObject({
      name: 'Harbour',
      description: 'Open at nine.',
      joinLink: 'https://join.slack.com/t/harbour/zt-1',
    });
    expect(await actions()).toEqual([
      'organization.created',
      'organization.described',
      'organization.join_link_changed',
    ]);
  });

  it('leaves alone what somebody else changed while the form was open', async () => {
    const admin = await town.seat('admin');
    await town.open(owner, 'settings');
    await town.open(admin, 'settings');
    await admin.fill({ name: 'Harbour & Sons' });
    await admin.submit();
    await owner.fill({ description: 'Open at nine.' });
    await owner.submit();
    expect(await town.organization()).toMatchObject({ name: 'Harbour & Sons', description: 'Open at nine.' });
  });

  it('lets the last one stand who changes the same field', async () => {
    const admin = await town.seat('admin');
    await town.open(owner, 'settings');
    await town.open(admin, 'settings');
    await admin.fill({ name: 'By the Admin' });
    await admin.submit();
    await owner.fill({ name: 'By the Owner' });
    await owner.submit();
    expect((await town.organization()).name).toBe('By the Owner');
    expect((await town.audit()).slice(1)).toMatchObject([
      { before: { name: 'Harbour' }, after: { name: 'By the Admin' } },
      { before: { name: 'By the Admin' }, after: { name: 'By the Owner' } },
    ]);
  });

  it('changes nothing where nothing was changed, whatever the metadata says', async () => {
    await town.open(owner, 'settings');
    const tampered = (payload: object) => {
      (payload as { view: { private_metadata: string } }).view.private_metadata =
        '{"name": 1, "organizationId": "x"';
    };
    await owner.submit({ edit: tampered as never });
    expect(words(owner.modal?.view)).toContain('Nothing was changed.');
    expect(await actions()).toEqual(['organization.created']);
  });

  it('replaces and removes the logo', async () => {
    await town.open(owner, 'settings');
    expect(words(owner.modal?.view)).not.toContain('remove_logo');
    await owner.fill({ logo: await owner.uploadFile(png(16, 12), 'logo.png', 'image/png') });
    await owner.submit();
    await settle(app);
    const first = await logo();
    expect(first?.contentType).toBe('image/png');
    await owner.closeModal();

    app.context.advance({ seconds: 1 });
    await town.open(owner, 'settings');
    await owner.fill({ logo: await owner.uploadFile(jpeg, 'logo.jpg', 'image/jpeg') });
    await owner.choose('remove_logo', ['remove']);
    await owner.submit();
    await settle(app);
    const second = await logo();
    expect(second?.contentType).toBe('image/jpeg');
    expect(second?.path).not.toBe(first?.path);
    await owner.closeModal();

    await town.open(owner, 'settings');
    await owner.choose('remove_logo', ['remove']);
    await owner.submit();
    expect(words(owner.modal?.view)).toContain('the logo is removed');
    expect(await logo()).toBeNull();
    expect((await actions()).slice(1)).toEqual([
      'organization.logo_set',
      'organization.logo_set',
      'organization.logo_removed',
    ]);
  });

  it('says on its field what a join link is', async () => {
    await town.open(owner, 'settings');
    await owner.fill({ join_link: 'https://example.com/join' });
    expect((await owner.submit({ force: true })).errors).toEqual({
      join_link: 'A join link begins with https://join.slack.com/.',
    });
  });

  it('is refused to Agents, to who has no seat, and where there is no organization', async () => {
    const agent = await town.seat('agent');
    expect(await town.read(agent, 'settings')).toContain('Only the Owner and Admins can do this.');
    expect(await town.read(town.add(), 'settings')).toContain('You have no seat in this organization.');
    const empty = await newTown(app);
    expect(await empty.read(empty.add(), 'settings')).toContain('This workspace has no organization yet.');
  });

  it('is refused to who lost the role while the form was open', async () => {
    const admin = await town.seat('admin');
    await town.open(admin, 'settings');
    await admin.fill({ name: 'Mine' });
    const { id: organizationId } = await town.organization();
    const seat = { organizationId, userId: admin.user.id };
    await app.context.database.member.updateMany({ where: seat, data: { role: 'agent' } });
    expect(words((await admin.submit()).errors)).toContain('Only the Owner and Admins can do this.');
    await app.context.database.member.updateMany({ where: seat, data: { status: 'removed' } });
    expect(words((await admin.submit()).errors)).toContain('You have no seat in this organization.');
    expect((await town.organization()).name).toBe('Harbour');
  });
});

describe('/org prefix', () => {
  const preview = () => owner.modal?.view.blocks as unknown;

  it('sets a prefix at once, and says what the next ticket is called', async () => {
    expect(await town.read(owner, 'prefix sup')).toContain(
      'The ticket prefix is *SUP* now. The next ticket is *SUP-001*. Existing tickets keep their numbers.',
    );
    expect(await town.read(owner, 'prefix SUP')).toContain('The ticket prefix is *SUP* already.');
    expect((await town.audit()).slice(1)).toMatchObject([
      { action: 'organization.prefix_changed', before: { prefix: 'TKT' }, after: { prefix: 'SUP' } },
    ]);
  });

  it('alone shows the present one and opens a form that previews what is typed', async () => {
    const { id: organizationId } = await town.organization();
    await app.context.database.ticketSequence.create({
      data: { organizationId, prefix: 'HELP', lastNumber: 41 },
    });
    await town.open(owner, 'prefix');
    expect(words(app.sandbox.ephemerals(town.teamId, owner.user.id))).toContain(
      'The ticket prefix is *TKT*.',
    );
    expect(words(preview())).toContain('*TKT* is the present prefix. The next ticket is *TKT-001*.');

    const typed = async (text: string, expected: string) => {
      await owner.type('prefix.typed', text);
      await app.sandbox.until(expected, () => words(preview()).includes(expected));
    };
    await typed('help', 'With *HELP* the next ticket is *HELP-042*.');
    await typed('1', 'A prefix has 1 to 10 letters and digits and begins with a letter');
    await typed('cs', 'With *CS* the next ticket is *CS-001*.');
    await owner.submit();
    expect(words(owner.modal?.view)).toContain('The ticket prefix is *CS* now. The next ticket is *CS-001*.');
    expect((await town.organization()).prefix).toBe('CS');
  });

  it('shows the last preview of keys pressed quickly', async () => {
    await town.open(owner, 'prefix');
    for (const text of ['D', 'DE', 'DES', 'DESK']) await owner.type('prefix.typed', text);
    await app.sandbox.until('the preview of DESK', () => words(preview()).includes('*DESK-001*'));
  });

  it('says on the field what a prefix is', async () => {
    await town.open(owner, 'prefix');
    await owner.fill({ prefix: '9LIVES' });
    expect((await owner.submit()).errors).toEqual({
      prefix: expect.stringContaining('begins with a letter'),
    });
    expect(await town.read(owner, 'prefix SU-P')).toContain('A prefix has 1 to 10 letters and digits');
    expect(await town.read(owner, 'prefix <!channel>')).toContain('A prefix has 1 to 10 letters and digits');
    expect((await town.organization()).prefix).toBe('TKT');
  });

  it('shows Agents the present one and no form; and is refused to them and to who lost the role', async () => {
    const agent = await town.seat('agent');
    expect(await town.read(agent, 'prefix')).toContain('The Owner and Admins can change it.');
    expect(await town.read(agent, 'prefix MINE')).toContain('Only the Owner and Admins can do this.');
    expect(agent.modal).toBeUndefined();
    const admin = await town.seat('admin');
    await town.open(admin, 'prefix');
    await admin.fill({ prefix: 'MINE' });
    await app.context.database.member.updateMany({
      where: { userId: admin.user.id },
      data: { role: 'agent' },
    });
    expect(words((await admin.submit()).errors)).toContain('Only the Owner and Admins');
    expect((await town.organization()).prefix).toBe('TKT');
  });
});
