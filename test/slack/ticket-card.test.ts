import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../sandbox/slack/person.ts';
import { openWorld, type TestWorld } from '../setup/desk.ts';
import { expectUnbroken } from '../setup/world.ts';
import { readModal } from './screen.ts';
import { openTicketDesk, type TicketDesk } from './ticket-desk.ts';

let world: TestWorld;
let desk: TicketDesk;
let agent: Person;
let admin: Person;

beforeAll(async () => {
  world = await openWorld();
  desk = await openTicketDesk(world);
  agent = await desk.add({ role: 'agent', name: 'Amir Agent' });
  admin = await desk.add({ role: 'admin', name: 'Ada Admin' });
});
afterAll(async () => {
  await expectUnbroken(world);
  await world.stop();
});

async function posted() {
  const { id } = await desk.open(desk.owner);
  await desk.settle();
  const { messageTs } = await desk.row(id);
  return { id, card: { channel: desk.channel, ts: messageTs as string } };
}

/** Presses a button of a card, and waits for its form. */
async function open(person: Person, action: string, card: { channel: string; ts: string }) {
  while (person.modal) await person.closeModal();
  await person.press(action, { message: card });
  await world.slack.until(`the form of ${action}`, () => person.modal);
}

const cardOf = async (id: string) => JSON.stringify((await desk.thread(id))[0]?.blocks);

describe('the buttons of a ticket’s card', () => {
  it('claim it, and the card shows it in place; whoever comes second is told', async () => {
    const { id, card } = await posted();
    await agent.press('ticket.claim', { message: card });
    const other = await desk.add({ role: 'agent' });
    const { responses } = await other.press('ticket.claim', { message: card });
    await desk.settle();
    expect(JSON.stringify(responses)).toContain('Amir Agent has this ticket already');
    expect(await cardOf(id)).toContain('Amir Agent');
    expect(await cardOf(id)).not.toContain('ticket.claim');
    expect(await desk.thread(id)).toHaveLength(1);
  });

  it('open a form for each field, and what is saved stands on the card', async () => {
    const { id, card } = await posted();
    const category = await world.context.database.ticketCategory.create({
      data: {
        id: world.context.newId(),
        organizationId: desk.organizationId,
        name: `Billing ${id.slice(-4)}`,
        createdAt: world.context.now(),
      },
    });
    const forms: [string, string, string, string][] = [
      ['ticket.assign', 'assignee', agent.user.id, 'Amir Agent'],
      ['ticket.priority', 'priority', 'urgent', 'Urgent'],
      ['ticket.category', 'category', category.id, category.name],
      ['ticket.status', 'status', 'closed', 'Closed'],
    ];
    for (const [action, field, value, shown] of forms) {
      await open(admin, action, card);
      await admin.fill({ [field]: value });
      expect((await admin.submit()).errors).toEqual({});
      await desk.settle();
      expect(await cardOf(id)).toContain(shown);
    }
    await open(admin, 'ticket.assign', card);
    await admin.fill({ assignee: null });
    await admin.submit();
    expect(await desk.row(id)).toMatchObject({ assigneeId: null, status: 'closed', priority: 'urgent' });
  });

  it('refuse on the form what an agent may not, and do not offer it', async () => {
    const { id, card } = await posted();
    for (const action of ['ticket.priority', 'ticket.category']) {
      const { responses } = await agent.press(action, { message: card });
      await world.slack.until('a refusal', () => responses.length > 0);
      expect(JSON.stringify(responses)).toContain('Only the Owner and Admins can do this');
    }
    await open(agent, 'ticket.status', card);
    expect(JSON.stringify(agent.modal?.view)).not.toContain('closed');
    await open(agent, 'ticket.assign', card);
    await agent.fill({ assignee: admin.user.id });
    expect((await agent.submit()).errors).toEqual({ assignee: 'Only the Owner and Admins can do this.' });
    const visitor = await desk.add();
    await open(admin, 'ticket.assign', card);
    await admin.fill({ assignee: visitor.user.id });
    expect((await admin.submit()).errors.assignee).toContain('has no seat');
    expect(await desk.row(id)).toMatchObject({ assigneeId: null, status: 'open', priority: 'normal' });
  });

  it('do nothing for somebody without a seat, nor for a guest', async () => {
    const { id, card } = await posted();
    for (const person of [await desk.add(), await desk.add({ guest: true })]) {
      for (const action of ['claim', 'assign', 'status', 'priority', 'category', 'note']) {
        const { responses } = await person.press(`ticket.${action}`, { message: card });
        await world.slack.until('a refusal', () => responses.length > 0);
        expect(JSON.stringify(responses)).toContain('You have no seat');
        expect(person.modal).toBeUndefined();
      }
    }
    expect((await desk.row(id)).assigneeId).toBeNull();
  });

  it('do nothing with another organization’s ticket, a removed one, or what is no id', async () => {
    const { card } = await posted();
    const other = await openTicketDesk(world);
    const { id: foreign } = await other.open(other.owner);
    await other.settle();
    for (const value of [foreign, world.context.newId(), 'x', '']) {
      for (const action of ['claim', 'assign', 'status', 'priority', 'category', 'note', 'mail-again']) {
        const edit = (payload: { actions?: unknown }) => {
          payload.actions = [{ ...(payload.actions as object[])[0], action_id: `ticket.${action}`, value }];
        };
        const { responses } = await admin.press('ticket.note', { message: card, edit });
        await world.slack.until('a refusal', () => responses.length > 0);
        expect(JSON.stringify(responses)).toMatch(/There is no such (ticket|reply)/);
      }
    }
    await open(admin, 'ticket.note', card);
    await admin.fill({ note: 'For somebody else.' });
    const tampered = await admin.submit({
      edit: (payload) => {
        (payload.view as { private_metadata: string }).private_metadata = JSON.stringify({
          ticketId: foreign,
        });
      },
    });
    expect(tampered.errors.note).toContain('no such ticket');
    await admin.submit({
      edit: (payload) => {
        (payload.view as { private_metadata: string }).private_metadata = '{"ticketId":';
      },
    });
    expect(await world.context.database.ticketNote.count({ where: { ticketId: foreign } })).toBe(0);
    expect(await other.row(foreign)).toMatchObject({ assigneeId: null, status: 'open' });
  });

  it('count once when the form is sent twice, and not at all when the role was lost meanwhile', async () => {
    const { id, card } = await posted();
    await open(agent, 'ticket.note', card);
    await agent.fill({ note: 'Once.' });
    await agent.submit();
    await world.slack.replay();
    await desk.settle();
    expect(await world.context.database.ticketNote.count({ where: { ticketId: id } })).toBe(1);

    await open(admin, 'ticket.priority', card);
    await admin.fill({ priority: 'high' });
    const where = { organizationId_userId: { organizationId: desk.organizationId, userId: admin.user.id } };
    await world.context.database.member.update({ where, data: { role: 'agent' } });
    expect((await admin.submit()).errors.priority).toContain('Only the Owner and Admins');
    await world.context.database.member.update({ where, data: { status: 'removed' } });
    expect((await admin.submit()).errors.priority).toContain('You have no seat');
    await world.context.database.member.update({ where, data: { status: 'active', role: 'admin' } });
    expect((await desk.row(id)).priority).toBe('normal');
    expect(readModal(admin)).toContain('Cold tea');
  });
});
