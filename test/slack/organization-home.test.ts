import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { png } from '../domain/organizations/images.ts';
import type { Person } from '../sandbox/slack/person.ts';
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

const home = (person: Person) => words(person.home?.view.blocks);
const openHome = async (person: Person) => {
  await person.openHome();
  await settle(app);
};
const publications = () => app.sandbox.requests.filter(({ method }) => method === 'views.publish').length;

describe('/org overview', () => {
  it('shows the organization, alone and in full', async () => {
    const owner = await town.found('Harbour & Sons');
    const text = await town.read(owner, 'overview');
    expect(text).toContain('"text":"Harbour & Sons"');
    expect(text).toContain('Harbour &amp; Sons: 0 seats purchased, 1 used, £0.00 a month');
    expect(text).toContain('*Monthly cost*');
    expect(await town.read(owner, '')).toBe(text);
  });

  it('tells who has no seat what to do', async () => {
    await town.found();
    const text = await town.read(town.add(), 'overview');
    expect(text).toContain('You have no seat in this organization. Ask an Admin or the Owner to invite you.');
    expect(text).not.toContain('Harbour');
  });

  it.each(['overview', ''])('offers creation where there is no organization: /org %s', async (command) => {
    const visitor = town.add();
    expect(await town.read(visitor, command)).toContain('This workspace has no organization yet.');
    await visitor.press('create.open');
    await app.sandbox.until('the form', () => visitor.modal);
    await visitor.fill({ name: 'Harbour' });
    await visitor.submit();
    expect((await town.organization()).name).toBe('Harbour');
  });
});

describe('the App Home', () => {
  it('is there for a member, by role', async () => {
    const owner = await town.found();
    const agent = await town.seat('agent');
    await openHome(owner);
    await openHome(agent);
    expect(home(owner)).toContain('seats.open');
    expect(home(agent)).toContain('*Members* · 2 (the Owner, 1 Agent)');
    expect(home(agent)).not.toContain('seats.open');
  });

  it('leads from nothing to an organization', async () => {
    const visitor = town.add();
    await openHome(visitor);
    expect(home(visitor)).toContain('Whoever creates it is its Owner.');
    await visitor.press('create.open', { in: 'home' });
    await app.sandbox.until('the form', () => visitor.modal);
    await visitor.fill({ name: 'Harbour' });
    await visitor.submit();
    await settle(app);
    expect(home(visitor)).toContain('"text":"Harbour"');
  });

  it('tells who has no seat what to do', async () => {
    await town.found();
    const visitor = town.add();
    await openHome(visitor);
    expect(home(visitor)).toContain('Ask an Admin or the Owner to invite you.');
    expect(home(visitor)).not.toContain('Harbour');
  });

  it('refuses guests in a small modal', async () => {
    const guest = town.add({ isRestricted: true });
    await openHome(guest);
    await guest.press('create.open', { in: 'home' });
    await app.sandbox.until('the refusal', () => guest.modal);
    expect(words(guest.modal?.view)).toContain('Guests and people from other workspaces cannot do this.');
  });

  it('is refreshed for everybody who has it after every change', async () => {
    const owner = await town.found();
    const agent = await town.seat('agent');
    await openHome(owner);
    await openHome(agent);
    await town.read(owner, 'prefix SUP');
    await settle(app);
    for (const person of [owner, agent]) expect(home(person)).toContain('*Ticket prefix*\\nSUP');
    await town.open(owner, 'settings');
    await owner.fill({
      name: 'Harbour Two',
      logo: await owner.uploadFile(png(16, 12), 'l.png', 'image/png'),
    });
    await owner.submit();
    await settle(app);
    for (const person of [owner, agent]) {
      expect(home(person)).toContain('Harbour Two');
      expect(home(person)).toContain('"alt_text":"Logo of Harbour Two"');
    }
  });

  it('is left alone for who has not opened it for 30 days', async () => {
    const owner = await town.found();
    await openHome(owner);
    const before = home(owner);
    app.context.advance({ days: 30 });
    await town.read(owner, 'prefix SUP');
    await settle(app);
    expect(home(owner)).toBe(before);
  });

  it('is published without the logo where Slack cannot fetch it', async () => {
    const owner = await town.found();
    await town.open(owner, 'settings');
    await owner.fill({ logo: await owner.uploadFile(png(16, 12), 'l.png', 'image/png') });
    await owner.submit();
    await settle(app);
    app.sandbox.faults.next({ method: 'views.publish', kind: 'error', error: 'invalid_arguments' });
    await openHome(owner);
    expect(home(owner)).toContain('Harbour Support');
    expect(home(owner)).not.toContain('"image"');
  });

  it('is forgotten where it is gone, and known again when it is opened', async () => {
    const owner = await town.found();
    await openHome(owner);
    app.sandbox.faults.next({ method: 'views.publish', kind: 'error', error: 'user_not_found' });
    await town.read(owner, 'prefix SUP');
    await settle(app);
    const before = publications();
    await town.read(owner, 'prefix CS');
    await settle(app);
    expect(publications()).toBe(before);
    await openHome(owner);
    expect(home(owner)).toContain('*Ticket prefix*\\nCS');
  });

  it('is kept where the app was uninstalled, for when it returns', async () => {
    const owner = await town.found();
    await openHome(owner);
    app.sandbox.uninstall(town.teamId);
    await app.context.database.installation.updateMany({
      where: { teamId: town.teamId },
      data: { removedAt: app.context.now() },
    });
    await app.context.database.outboxRow.create({
      data: {
        topic: 'home.refresh',
        payload: { teamId: town.teamId },
        availableAt: app.context.now(),
        createdAt: app.context.now(),
      },
    });
    await settle(app);
    expect(await app.context.database.homeView.count({ where: { teamId: town.teamId } })).toBe(1);
  });
});
