import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../sandbox/slack/person.ts';
import { type Desk, openDesk, openWorld, type TestWorld } from '../setup/desk.ts';
import { expectUnbroken } from '../setup/world.ts';
import { blockSaying, readModal } from './screen.ts';
import { settleTickets } from './ticket-desk.ts';

let world: TestWorld;
let desk: Desk;
let admin: Person;

beforeAll(async () => {
  world = await openWorld();
});
beforeEach(async () => {
  desk = await openDesk(world);
  admin = await desk.add({ role: 'admin' });
});
afterAll(async () => {
  await expectUnbroken(world);
  await world.stop();
});

async function shows(person: Person, text: string): Promise<void> {
  await world.slack.until(`"${text}" is to be read`, () => readModal(person).includes(text));
}
const organization = () =>
  world.context.database.organization.findUniqueOrThrow({ where: { id: desk.organizationId } });
const told = async (person: Person) =>
  JSON.stringify(await world.slack.directMessages(desk.teamId, person.user.id));
async function openTicket(): Promise<void> {
  await admin.command('/ticket', 'new');
  await shows(admin, 'New ticket');
  await admin.fill({ title: 'Waiting', description: 'For a channel' });
  await admin.submit();
  await admin.closeModal();
}
async function choose(channel: string): Promise<void> {
  await admin.command('/org', 'channel');
  await shows(admin, 'Support channel');
  await admin.fill({ channel });
  await admin.submit();
}

describe('/org channel', () => {
  it('has tickets posted in a public channel, which is joined, also those that have waited', async () => {
    await openTicket();
    await settleTickets(world);
    const channel = await world.slack.addChannel(desk.teamId, { name: 'support', members: [admin.user.id] });
    await choose(channel);
    expect(readModal(admin)).toContain(`Tickets appear in <#${channel}> from now on.`);
    await settleTickets(world);
    expect(await organization()).toMatchObject({ supportChannelId: channel, channelTrouble: null });
    expect(JSON.stringify(await world.slack.messages(desk.teamId, channel))).toContain('Waiting');
  });

  it('takes the channel that is typed behind it', async () => {
    const channel = await world.slack.addChannel(desk.teamId, { name: 'typed', members: [admin.user.id] });
    const { ack } = await admin.command('/org', `channel <#${channel}|typed>`);
    expect(String(ack.json?.text)).toContain(`Tickets appear in <#${channel}>`);
    expect((await organization()).supportChannelId).toBe(channel);
    const refused = await admin.command('/org', 'channel #typed');
    expect(String(refused.ack.json?.text)).toContain('Choose a public or private channel');
  });

  it('says how the app is invited into a private channel, and posts what waited once it is', async () => {
    await openTicket();
    const channel = await world.slack.addChannel(desk.teamId, {
      name: 'secret',
      private: true,
      members: [admin.user.id],
    });
    await choose(channel);
    await settleTickets(world);
    expect((await organization()).channelTrouble).not.toBeNull();
    expect(await told(admin)).toContain('/invite @Orgdesk');
    await admin.closeModal();
    await admin.command('/org', 'channel');
    await shows(admin, 'Tickets cannot be posted in');
    await world.slack.moveBot(desk.teamId, channel, true);
    await settleTickets(world);
    expect((await organization()).channelTrouble).toBeNull();
    expect(JSON.stringify(await world.slack.messages(desk.teamId, channel))).toContain('Waiting');
  });

  it('tells who chose a channel of Slack Connect what that means', async () => {
    const seed = { members: [admin.user.id], shared: true };
    const channel = await world.slack.addChannel(desk.teamId, { name: 'with-others', ...seed });
    await choose(channel);
    await settleTickets(world);
    expect((await organization()).channelTrouble).toBeNull();
    expect(await told(admin)).toContain('It is shared with people of another workspace');
  });

  it('says so of a channel that is archived', async () => {
    const channel = await world.slack.addChannel(desk.teamId, { name: 'old', archived: true });
    await choose(channel);
    await settleTickets(world);
    expect((await organization()).channelTrouble).toBe('is_archived');
    expect(await told(admin)).toContain('it is archived');
  });

  it('is for Admins and the Owner, also where the form is open already', async () => {
    const agent = await desk.add({ role: 'agent' });
    const { ack } = await agent.command('/org', 'channel');
    expect(String(ack.json?.text)).toContain('Only the Owner and Admins can do this.');
    const channel = await world.slack.addChannel(desk.teamId, { name: 'late', members: [admin.user.id] });
    await admin.command('/org', 'channel');
    await shows(admin, 'Support channel');
    await admin.fill({ channel });
    await world.context.database.member.updateMany({
      where: { organizationId: desk.organizationId, userId: admin.user.id },
      data: { role: 'agent' },
    });
    expect((await admin.submit()).errors).toEqual({ channel: expect.stringContaining('Only the Owner') });
    expect((await organization()).supportChannelId).toBeNull();
  });
});

describe('/org categories', () => {
  it('adds one after the other, renames and archives', async () => {
    await admin.command('/org', 'categories');
    await shows(admin, 'Ticket categories');
    for (const category of ['Kitchen <b>', 'Bar']) {
      await admin.fill({ category });
      await admin.submit();
      await shows(admin, 'is offered for tickets now');
      expect(admin.modal?.view.state).toMatchObject({ values: { category: {} } });
      expect(JSON.stringify(admin.modal?.view.state)).toContain('"value":null');
    }
    expect(readModal(admin)).toContain('2 categories.');
    const [bar, kitchen] = await world.context.database.ticketCategory.findMany({
      where: { organizationId: desk.organizationId },
      orderBy: { name: 'asc' },
    });
    const at = (name: string) => ({ in: 'modal' as const, blockId: blockSaying(admin, `rename:${name}`) });
    await admin.choose('categories.change', `rename:${kitchen?.id}`, at(kitchen?.id ?? ''));
    await shows(admin, 'Rename category');
    await admin.fill({ category: 'bar' });
    expect((await admin.submit()).errors).toEqual({ category: 'There is a category bar already.' });
    await admin.fill({ category: 'Cellar' });
    await admin.submit();
    await shows(admin, 'It is *Cellar* now');
    await admin.choose('categories.change', `archive:${bar?.id}`, at(bar?.id ?? ''));
    await shows(admin, '*Bar* is offered no more');
    expect(readModal(admin)).toContain('1 category.');
  });

  it('touches no other organization’s, whatever the button says', async () => {
    const other = await openDesk(world);
    const theirs = await world.context.database.ticketCategory.create({
      data: { organizationId: other.organizationId, name: 'Theirs', createdAt: world.context.now() },
    });
    await world.context.database.ticketCategory.create({
      data: { organizationId: desk.organizationId, name: 'Mine', createdAt: world.context.now() },
    });
    await admin.command('/org', 'categories');
    await shows(admin, 'Mine');
    const mine = await world.context.database.ticketCategory.findFirstOrThrow({
      where: { organizationId: desk.organizationId },
    });
    for (const what of ['archive', 'rename']) {
      const edit = (payload: object) => {
        Object.assign(payload, JSON.parse(JSON.stringify(payload).replaceAll(mine.id, theirs.id)));
      };
      while (!readModal(admin).includes('Mine')) await admin.closeModal();
      await admin.choose('categories.change', `${what}:${mine.id}`, { in: 'modal', edit });
      await shows(admin, 'There is no such category any more.');
    }
    const after = await world.context.database.ticketCategory.findUniqueOrThrow({ where: { id: theirs.id } });
    expect(after).toEqual(theirs);
  });
});
