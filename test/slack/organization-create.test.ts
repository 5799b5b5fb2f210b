import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { jpeg, png } from '../domain/organizations/images.ts';
import { newTown, settle, type Town, words } from './organization.ts';
import { type StartedApp, startApp } from './start.ts';

let app: StartedApp;
let town: Town;

beforeAll(async () => {
  app = await startApp();
});
beforeEach(async () => {
  town = await newTown(app);
});
afterAll(async () => {
  expect(app.sandbox.violations).toEqual([]);
  await app.stop();
});

const organizations = () => app.context.database.organization.count({ where: { teamId: town.teamId } });
const notices = async (userId: string) => {
  const rows = await app.context.database.outboxRow.findMany({ where: { topic: 'notice' } });
  return rows.map((row) => row.payload as { userId: string }).filter((payload) => payload.userId === userId);
};

describe('/org create', () => {
  it('opens a form, and makes who sends it the Owner of the organization', async () => {
    const founder = town.add();
    await town.open(founder, 'create');
    await founder.fill({ name: 'Harbour Support', description: 'Open at nine.' });
    const { errors } = await founder.submit();

    expect(errors).toEqual({});
    expect(words(founder.modal?.view)).toContain('*Harbour Support* is created, and you are its Owner.');
    expect(await town.organization()).toMatchObject({
      name: 'Harbour Support',
      description: 'Open at nine.',
    });
    expect(await town.read(founder, 'overview')).toContain(`<@${founder.user.id}> · Owner`);
  });

  it('takes a logo, whose content is checked afterwards', async () => {
    const founder = town.add();
    await town.open(founder, 'create');
    await founder.fill({
      name: 'Harbour',
      logo: await founder.uploadFile(png(16, 12), 'logo.png', 'image/png'),
    });
    await founder.submit();
    expect(words(founder.modal?.view)).toContain('The logo is being checked');
    await settle(app);

    const { id } = await town.organization();
    const logo = await app.context.database.logo.findUniqueOrThrow({ where: { organizationId: id } });
    expect(Buffer.from(logo.bytes)).toEqual(png(16, 12));
    expect(await town.read(founder, 'overview')).toContain(`/logos/${logo.path}`);
    expect((await town.audit()).map(({ action }) => action)).toEqual([
      'organization.created',
      'organization.logo_set',
    ]);
  });

  it('judges a logo by its content and not by its name, and says so to who uploaded it', async () => {
    const founder = town.add();
    await town.open(founder, 'create');
    const script = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    await founder.fill({ name: 'Harbour', logo: await founder.uploadFile(script, 'logo.png', 'image/png') });
    await founder.submit();
    await settle(app);
    expect(await app.context.database.logo.count({ where: { organization: { teamId: town.teamId } } })).toBe(
      0,
    );
    expect(await notices(founder.user.id)).toMatchObject([
      { notice: { kind: 'logo_refused', reason: expect.stringContaining('whatever its name says') } },
    ]);
  });

  it('refuses on the logo’s field what is too large or no image by what Slack says of it', async () => {
    const founder = town.add();
    await town.open(founder, 'create');
    const file = await founder.uploadFile(Buffer.concat([jpeg], 1_048_577), 'logo.jpg', 'image/jpeg');
    await founder.fill({ name: 'Harbour', logo: file });
    expect((await founder.submit()).errors).toEqual({ logo: 'A logo has at most 1 MB.' });
    const tampered = (payload: object) => {
      const { state } = (payload as { view: { state: { values: { logo: { logo: { files: object[] } } } } } })
        .view;
      Object.assign(state.values.logo.logo.files[0] as object, { size: 10, mimetype: 'image/svg+xml' });
    };
    expect((await founder.submit({ edit: tampered as never })).errors).toEqual({
      logo: expect.stringContaining('PNG, JPEG or WebP'),
    });
    expect(await organizations()).toBe(0);
  });

  it('says on the name’s field what a name is, and keeps what was typed', async () => {
    const founder = town.add();
    await town.open(founder, 'create');
    await founder.fill({ name: 'x'.repeat(81) });
    expect((await founder.submit()).errors).toEqual({ name: 'A name has 1 to 80 characters.' });
    await founder.fill({ name: '  ' });
    expect((await founder.submit({ force: true })).errors).toEqual({
      name: 'A name has 1 to 80 characters.',
    });
    await founder.fill({ name: 'Harbour', description: 'y'.repeat(501) });
    expect((await founder.submit()).errors).toEqual({
      description: 'A description has at most 500 characters.',
    });
    await founder.fill({ description: 'Open at nine.' });
    await founder.submit();
    expect(await organizations()).toBe(1);
  });

  it.each([
    ['a guest', { isRestricted: true }],
    ['a single-channel guest', { isUltraRestricted: true }],
    ['a Slack Connect stranger', { homeTeam: 'T0ELSEWHERE' }],
  ])('refuses %s before the form opens', async (_, user) => {
    const visitor = town.add(user);
    expect(await town.read(visitor, 'create')).toContain(
      'Guests and people from other workspaces cannot do this.',
    );
    expect(visitor.modal).toBeUndefined();
  });

  it('refuses who became a guest while the form was open', async () => {
    const founder = town.add();
    await town.open(founder, 'create');
    await app.sandbox.changeUser(town.teamId, founder.user.id, { isRestricted: true });
    await app.handleEvents();
    await founder.fill({ name: 'Harbour' });
    expect(words((await founder.submit()).errors)).toContain('Guests and people from other workspaces');
    expect(await organizations()).toBe(0);
  });

  it('refuses a second organization: before the form, and when the form was open meanwhile', async () => {
    const [first, second, late] = [town.add(), town.add(), town.add()];
    await town.open(first, 'create');
    await town.open(second, 'create');
    await first.fill({ name: 'First' });
    await second.fill({ name: 'Second' });
    await first.submit();
    expect((await second.submit()).errors).toEqual({
      name: 'This workspace already has its organization, First. There is one in each workspace.',
    });
    expect(await town.read(late, 'create')).toContain('already has its organization, First');
    expect(late.modal).toBeUndefined();
  });

  it('makes one organization of two that are sent at the same moment', async () => {
    const people = [town.add(), town.add()];
    for (const person of people) {
      await town.open(person, 'create');
      await person.fill({ name: person.user.name });
    }
    const outcomes = await Promise.all(people.map((person) => person.submit()));
    expect(outcomes.filter(({ errors }) => Object.keys(errors).length > 0)).toHaveLength(1);
    expect(await organizations()).toBe(1);
  });

  it('acts once on a submission that is sent again', async () => {
    const founder = town.add();
    await town.open(founder, 'create');
    await founder.fill({ name: 'Harbour' });
    const { ack } = await founder.submit();
    const again = await app.sandbox.replay();
    expect([ack.status, again.status, again.body]).toEqual([200, 200, '']);
    expect((await town.audit()).map(({ action }) => action)).toEqual(['organization.created']);
  });
});
