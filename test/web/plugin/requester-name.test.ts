import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Member } from '../../../src/domain/actor.ts';
import { identify } from '../../../src/domain/members/identify.ts';
import { readTicketOfEffect } from '../../../src/domain/tickets/find-ticket.ts';
import { listTickets } from '../../../src/domain/tickets/list-tickets.ts';
import { openTicket } from '../../../src/domain/tickets/open-ticket.ts';
import { readHome } from '../../../src/domain/tickets/read-home.ts';
import { recordCustomerMessage } from '../../../src/domain/tickets/say/record-customer-message.ts';
import { openWorld, type TestWorld } from '../../setup/desk.ts';
import { settleTickets } from '../../slack/ticket-desk.ts';
import { openWebsite, ticketForm, type Website } from './website.ts';

let world: TestWorld;
let shop: Website;
let agent: Member;
beforeAll(async () => {
  world = await openWorld();
  shop = await openWebsite(world);
  const { teamId, owner } = shop.desk;
  agent = (await identify(world.context, { teamId, userId: owner.user.id, name: 'Olivia' })) as Member;
});
afterAll(() => world?.stop());

let addresses = 0;
let email: string;
beforeEach(() => {
  addresses += 1;
  email = `known${addresses}@customer.example`;
});

interface Opened {
  id: string;
  token: string;
  url: string;
}

async function open(name: string | undefined, by: 'visitor' | 'server' = 'visitor'): Promise<Opened> {
  const asked =
    by === 'visitor'
      ? { bearer: await shop.session() }
      : { origin: null, key: null, bearer: await shop.addSecret() };
  const requester = { email, ...(name !== undefined && { name }) };
  const { status, body } = await shop.ask('/tickets', { ...asked, body: ticketForm({ requester }) });
  expect(status).toBe(201);
  const { ticket, token, url } = body as never as { ticket: { id: string }; token: string; url: string };
  return { id: ticket.id, token, url };
}

/** An agent opens a ticket for the customer in Slack; gives its id. */
async function openAsAgent(name?: string): Promise<string> {
  const requester = { email, ...(name !== undefined && { name }) };
  const words = { title: 'The kettle leaks', description: 'At the handle.' };
  return (await openTicket(world.context, agent, { ...words, requester })).id;
}

/** Everything that whoever has the token is shown. */
async function shown({ id, token, url }: Opened): Promise<string> {
  const { body } = await shop.ask(`/tickets/${id}`, { bearer: token });
  return JSON.stringify(body) + (await (await fetch(url.replace(/^.*(?=\/t\/)/, world.url))).text());
}

const nameFor = async (ticketId: string) =>
  (await readTicketOfEffect(world.context, ticketId))?.requester.name;
const customerName = async () =>
  (await world.context.database.customer.findFirstOrThrow({ where: { email } })).name;

describe('a ticket opened on a website under an address that is known', () => {
  it('without a name shows neither the name that the address has, nor the address', async () => {
    await openAsAgent('Cara Confidential');
    const opened = await open(undefined);
    const seen = await shown(opened);
    expect(seen).not.toContain('Confidential');
    expect(seen).not.toContain(email);
    expect(seen).toContain('>You</strong>');
    expect(await nameFor(opened.id)).toBe(email);
    await world.settle();
    const mail = world.mail.mailbox(email).at(-1);
    expect(mail?.text).toContain('Hello,\n');
    expect(mail?.text).not.toContain('Confidential');
  });

  it('with a name keeps it to itself: other tickets, and who is opened for later, are called as before', async () => {
    const before = await openAsAgent('Cara Confidential');
    const opened = await open('Mallory');
    expect(await shown(opened)).toContain('Mallory');
    expect(await nameFor(opened.id)).toBe('Mallory');
    expect(await nameFor(before)).toBe('Cara Confidential');
    expect(await customerName()).toBe('Cara Confidential');
    await world.settle();
    const texts = world.mail.mailbox(email).map(({ text }) => text);
    expect(texts.filter((text) => text.includes('Hello Cara Confidential,'))).toHaveLength(1);
    expect(await nameFor(await openAsAgent())).toBe('Cara Confidential');
  });

  it('gives nobody a name who had none', async () => {
    await open('Mallory');
    expect(await customerName()).toBe(email);
    expect(await nameFor(await openAsAgent())).toBe(email);
  });
});

describe('who is proven to know the customer', () => {
  it('names them: an agent, and the organization’s server', async () => {
    await open('First', 'server');
    expect(await customerName()).toBe('First');
    expect(await nameFor(await openAsAgent())).toBe('First');
    await openAsAgent('Second');
    const opened = await open(undefined, 'server');
    expect(await nameFor(opened.id)).toBe('Second');
    expect(await shown(opened)).toContain('Second');
  });
});

describe('what goes on from a closed ticket', () => {
  const close = (id: string) =>
    world.context.database.ticket.update({ where: { id }, data: { status: 'closed' } });

  it('keeps the name of the one before, and none where it had none', async () => {
    await openAsAgent('Cara Confidential');
    for (const name of ['Mallory', undefined]) {
      const opened = await open(name);
      await close(opened.id);
      const { body } = await shop.ask(`/tickets/${opened.id}/messages`, {
        bearer: opened.token,
        body: { text: 'It leaks again.' },
      });
      const next = { ...(body as never as Opened), id: (body.ticket as { id: string }).id };
      expect(next.id).not.toBe(opened.id);
      expect(await nameFor(next.id)).toBe(name ?? email);
      expect(await shown(next)).not.toContain('Confidential');
    }
    expect(await customerName()).toBe('Cara Confidential');
  });

  it('has the name of whoever wrote, where that is somebody else', async () => {
    const ticketId = await openAsAgent('Cara Customer');
    await close(ticketId);
    const { database, newId, now } = world.context;
    const { organizationId } = shop.desk;
    const [carl, nameless] = ['Carl Colleague', null].map((name) => {
      const address = `${newId()}@customer.example`;
      return { id: newId(), organizationId, name: name ?? address, email: address, createdAt: now() };
    });
    for (const participant of [carl, nameless]) {
      if (!participant) throw new Error('There are two.');
      await database.customer.create({ data: participant });
      const said = { ticketId, customerId: participant.id, text: 'Me too.', dedupeKey: newId() };
      const heard = await recordCustomerMessage(world.context, said);
      expect(await nameFor(heard?.ticketId ?? '')).toBe(participant.name);
      const { requesterName } = await database.ticket.findUniqueOrThrow({
        where: { id: heard?.ticketId ?? '' },
      });
      expect(requesterName).toBe(participant === carl ? 'Carl Colleague' : null);
    }
  });
});

describe('agents read the name of the ticket', () => {
  it('in lists, in the thread and on the home tab, and the address where there is none', async () => {
    const { organizationId } = shop.desk;
    const channel = await world.slack.addChannel(shop.desk.teamId, { name: 'names', bot: true });
    const where = { id: organizationId };
    await world.context.database.organization.update({ where, data: { supportChannelId: channel } });
    await openAsAgent('Cara Confidential');
    const [named, nameless] = [await open('Mallory'), await open(undefined)];
    for (const { id, token } of [named, nameless])
      await shop.ask(`/tickets/${id}/messages`, { bearer: token, body: { text: `More of ${id}.` } });
    await settleTickets(world);
    const all = await world.slack.messages(shop.desk.teamId, channel);
    const wrote = (id: string) =>
      JSON.stringify(all.filter((message) => JSON.stringify(message).includes(`More of ${id}.`)));
    expect(wrote(named.id)).toContain('Mallory wrote');
    expect(wrote(nameless.id)).toContain(`${email} wrote`);
    const newest = [email, 'Mallory', 'Cara Confidential'];
    const { tickets } = await listTickets(world.context, agent, { text: email });
    expect(tickets.map(({ requesterName }) => requesterName)).toEqual(newest);
    await world.context.database.ticket.updateMany({
      where: { requester: { email: { not: email } } },
      data: { status: 'closed' },
    });
    const { unassigned } = await readHome(world.context, agent);
    expect(unassigned.first.map(({ requesterName }) => requesterName)).toEqual(newest.toReversed());
  });
});
