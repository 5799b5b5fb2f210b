import { beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../sandbox/slack/person.ts';
import type { TestWorld } from '../setup/desk.ts';
import { readModal } from './screen.ts';
import { useThreadStage } from './thread-stage.ts';
import { openTicketDesk, type TicketDesk } from './ticket-desk.ts';

const stage = useThreadStage();
const { posted, rita, toldSince } = stage;
let world: TestWorld;
let desk: TicketDesk;
let agent: Person;
let admin: Person;
beforeAll(async () => {
  ({ world, desk, agent } = stage);
  admin = await desk.add({ role: 'admin', name: 'Ada Admin' });
});

type Posted = Awaited<ReturnType<typeof posted>>;
const numberOf = async (id: string) => {
  const { prefix, number } = await desk.row(id);
  return `${prefix}-${String(number).padStart(3, '0')}`;
};

/** Chooses in the menu of a card, and waits for the form. */
async function open(person: Person, choice: 'Merge into…' | 'Delete…', { ts }: { ts: string }) {
  while (person.modal) await person.closeModal();
  await person.choose('ticket.more', choice, { message: { channel: desk.channel, ts } });
  await world.slack.until(`the form of ${choice}`, () => person.modal);
}

async function merge(person: Person, duplicate: Posted, target: Posted) {
  await open(person, 'Merge into…', duplicate);
  await person.fill({ into: await numberOf(target.id) });
  return person.submit();
}

const textsOfThread = async (id: string) => (await desk.thread(id)).map(({ text }) => String(text));
const messages = async () => (await world.slack.messages(desk.teamId, desk.channel)).map(({ ts }) => ts);

/** Gives the form another content than the app gave it. */
const tampered = (metadata: string) => ({
  edit: (payload: { view?: unknown }) => {
    (payload.view as { private_metadata: string }).private_metadata = metadata;
  },
});

describe('merging from a card', () => {
  it('closes it, shows on the card where it goes on, and tells both threads once', async () => {
    const [target, duplicate] = [await posted(), await posted()];
    const [number, of] = [await numberOf(target.id), await numberOf(duplicate.id)];
    expect((await merge(admin, duplicate, target)).errors).toEqual({});
    await world.slack.replay();
    await desk.settle();
    const [card, told, ...rest] = await desk.thread(duplicate.id);
    expect(JSON.stringify(card?.blocks)).toMatch(
      new RegExp(`Merged into \\*<https://slack.com/app_redirect[^|]*${target.ts}\\|${number}>`),
    );
    expect(JSON.stringify(card?.blocks)).toContain('Closed');
    expect(JSON.stringify(card?.blocks)).not.toContain('What you write in the thread goes to Rita');
    expect(told?.text).toMatch(/^This ticket was merged into .*; what the customer answers appears there\.$/);
    expect(rest).toEqual([]);
    const [, line, ...others] = await textsOfThread(target.id);
    expect(line).toMatch(new RegExp(`${of}.*was merged into this ticket`));
    expect(others).toEqual([]);
    // What the customer says to the one stands in the other's thread.
    await desk.answer(duplicate.id, 'And one thing more.');
    await desk.settle();
    expect((await textsOfThread(target.id)).at(-1)).toContain('And one thing more.');
    expect(await desk.thread(duplicate.id)).toHaveLength(2);
  });

  it('is refused on the form for what cannot be merged', async () => {
    const [one, two] = [await posted(), await posted()];
    const stranger = await desk.ask('Somebody else’s', { name: 'Sam', email: 'sam@customer.example' });
    await open(admin, 'Merge into…', one);
    expect(readModal(admin)).toContain('Reopening it undoes the merge');
    const entered = async (into: string) => {
      await admin.fill({ into });
      return (await admin.submit()).errors.into;
    };
    expect(await entered('TKT-9999')).toContain('There is no ticket of this number');
    expect(await entered(await numberOf(one.id))).toContain('This is the ticket itself');
    expect(await entered(stranger.number)).toContain('one would read the other’s words');
    expect((await merge(admin, two, one)).errors).toEqual({});
    expect((await merge(admin, one, two)).errors.into).toContain('so');
    const { responses } = (await admin.choose('ticket.more', 'Merge into…', {
      message: { channel: desk.channel, ts: two.ts },
    })) as { responses: unknown[] };
    await world.slack.until('a refusal', () => responses.length > 0);
    expect(JSON.stringify(responses)).toContain('already. Reopen it first');
    expect(await desk.row(one.id)).toMatchObject({ status: 'open', mergedIntoId: null });
  });

  it('takes no form whose role was lost, that was changed, or that names another organization’s ticket', async () => {
    const [target, duplicate] = [await posted(), await posted()];
    const other = await openTicketDesk(world);
    const { id: foreign } = await other.open(other.owner);
    await open(admin, 'Merge into…', duplicate);
    await admin.fill({ into: await numberOf(target.id) });
    for (const metadata of [JSON.stringify({ ticketId: foreign }), '{"ticketId":', '', '{}']) {
      expect((await admin.submit(tampered(metadata))).errors.into).toContain('There is no such ticket');
    }
    const where = { organizationId_userId: { organizationId: desk.organizationId, userId: admin.user.id } };
    await world.context.database.member.update({ where, data: { role: 'agent' } });
    expect((await admin.submit()).errors.into).toContain('Only the Owner and Admins');
    await world.context.database.member.update({ where, data: { status: 'removed' } });
    expect((await admin.submit()).errors.into).toContain('You have no seat');
    await world.context.database.member.update({ where, data: { status: 'active', role: 'admin' } });
    expect((await admin.submit()).modal).toBeUndefined();
    expect((await desk.row(duplicate.id)).mergedIntoId).toBe(target.id);
    expect(await other.row(foreign)).toMatchObject({ status: 'open', mergedIntoId: null });
  });
});

describe('the menu', () => {
  it('is refused in private to agents, to whoever has no seat, and for ids that are none of theirs', async () => {
    const { ts, id } = await posted();
    const at = { message: { channel: desk.channel, ts } };
    for (const [person, sentence] of [
      [agent, 'Only the Owner and Admins can do this'],
      [await desk.add(), 'You have no seat'],
      [await desk.add({ guest: true }), 'You have no seat'],
    ] as const) {
      for (const choice of ['Merge into…', 'Delete…']) {
        const { responses } = (await person.choose('ticket.more', choice, at)) as { responses: unknown[] };
        await world.slack.until('a refusal', () => responses.length > 0);
        expect(JSON.stringify(responses)).toContain(sentence);
        expect(person.modal).toBeUndefined();
      }
    }
    const other = await openTicketDesk(world);
    const { id: foreign } = await other.open(other.owner);
    for (const value of [`merge:${foreign}`, `delete:${foreign}`, 'delete', ':', 'delete:x', '']) {
      const edit = (payload: { actions?: unknown }) => {
        const [action] = payload.actions as { selected_option: object }[];
        payload.actions = [{ ...action, selected_option: { ...action?.selected_option, value } }];
      };
      const { responses } = (await desk.owner.choose('ticket.more', 'Delete…', { ...at, edit })) as {
        responses: unknown[];
      };
      await world.slack.until('a refusal', () => responses.length > 0);
      expect(JSON.stringify(responses)).toContain('There is no such ticket');
    }
    expect((await desk.row(id)).status).toBe('open');
  });

  it('stands in what /ticket shows to those who may, and to nobody else', async () => {
    const { id } = await posted();
    const number = await numberOf(id);
    const shown = async (person: Person) =>
      JSON.stringify((await person.command('/ticket', number)).ack.json);
    expect(await shown(agent)).not.toContain('ticket.more');
    expect(await shown(admin)).toContain('ticket.more');
    while (admin.modal) await admin.closeModal();
    await admin.choose('ticket.more', 'Delete…', { in: 'message' });
    await world.slack.until('the form', () => admin.modal);
    expect(readModal(admin)).toContain(`type its number: ${number}`);
    await admin.closeModal();
  });
});

describe('in the thread', () => {
  it('!merge merges, and says what it did or why not, to its writer alone', async () => {
    const [target, duplicate] = [await posted(), await posted()];
    const [number, of] = [await numberOf(target.id), await numberOf(duplicate.id)];
    const before = { admin: desk.whispers(admin).length, agent: desk.whispers(agent).length };
    await agent.say(desk.channel, `!merge ${number}`, duplicate.ts);
    await desk.settle();
    expect(toldSince(agent, before.agent)).toContain('Only the Owner and Admins can do this');
    await admin.say(desk.channel, '!merge', duplicate.ts);
    await admin.say(desk.channel, `!merge ${number.toLowerCase()}`, duplicate.ts);
    await desk.settle();
    expect(toldSince(admin, before.admin)).toContain('There is no ticket of this number');
    expect(toldSince(admin, before.admin)).toContain(`${of} is merged into ${number}`);
    await agent.say(desk.channel, '!help', target.ts);
    await desk.settle();
    expect(toldSince(agent, before.agent)).toContain('`!merge TKT-012`');
  });

  it('of a merged ticket nothing goes out, until !reopen undoes the merge', async () => {
    const [target, duplicate] = [await posted(), await posted()];
    const number = await numberOf(target.id);
    await merge(admin, duplicate, target);
    await desk.settle();
    const [mails, before] = [rita().length, desk.whispers(agent).length];
    await agent.say(desk.channel, 'Is anybody there?', duplicate.ts);
    await desk.settle();
    expect(rita()).toHaveLength(mails);
    expect(toldSince(agent, before)).toContain(`was merged into ${number}, so this was not sent`);
    await agent.say(desk.channel, '!reopen', duplicate.ts);
    await agent.say(desk.channel, 'Now?', duplicate.ts);
    await desk.settle();
    expect(rita()).toHaveLength(mails + 1);
    expect(await desk.row(duplicate.id)).toMatchObject({ status: 'open', mergedIntoId: null });
    expect(JSON.stringify((await desk.thread(duplicate.id))[0]?.blocks)).not.toContain('Merged into');
  });
});

describe('deleting from a card', () => {
  it('asks for the number, says what stays, and takes ticket and card away once', async () => {
    const ticket = await posted();
    const number = await numberOf(ticket.id);
    await agent.say(desk.channel, 'note: spam', ticket.ts);
    await desk.settle();
    await open(admin, 'Delete…', ticket);
    expect(readModal(admin)).toContain('What else stands in its thread stays in Slack');
    await admin.fill({ confirmation: 'TKT-001x' });
    expect((await admin.submit()).errors.confirmation).toBe(`Type the number exactly as it is: ${number}`);
    await admin.fill({ confirmation: number });
    expect((await admin.submit()).modal).toBeUndefined();
    await world.slack.replay();
    await desk.settle();
    expect(await world.context.database.ticket.count({ where: { id: ticket.id } })).toBe(0);
    expect(await messages()).not.toContain(ticket.ts);
    // Nothing else was asked to go.
    const deleted = world.slack.requests.filter(({ method }) => method === 'chat.delete');
    expect(deleted.map(({ args }) => args.ts)).toEqual([ticket.ts]);
    // Its thread is nobody's any more.
    const before = { told: desk.whispers(agent).length, mails: rita().length };
    await agent.say(desk.channel, 'Hello?', ticket.ts);
    await desk.settle();
    expect([desk.whispers(agent).length, rita().length]).toEqual([before.told, before.mails]);
  });

  it('takes no form whose role was lost, that was changed, or whose ticket is gone', async () => {
    const ticket = await posted();
    const other = await openTicketDesk(world);
    const { id: foreign, number: theirs } = await other.open(other.owner);
    await open(admin, 'Delete…', ticket);
    await admin.fill({ confirmation: theirs });
    expect(
      (await admin.submit(tampered(JSON.stringify({ ticketId: foreign })))).errors.confirmation,
    ).toContain('There is no such ticket');
    await admin.fill({ confirmation: await numberOf(ticket.id) });
    expect((await admin.submit(tampered('nonsense'))).errors.confirmation).toContain(
      'There is no such ticket',
    );
    const where = { organizationId_userId: { organizationId: desk.organizationId, userId: admin.user.id } };
    await world.context.database.member.update({ where, data: { role: 'agent' } });
    expect((await admin.submit()).errors.confirmation).toContain('Only the Owner and Admins');
    await world.context.database.member.update({ where, data: { role: 'admin' } });
    await open(desk.owner, 'Delete…', ticket);
    await desk.owner.fill({ confirmation: await numberOf(ticket.id) });
    expect((await desk.owner.submit()).errors).toEqual({});
    expect((await admin.submit()).errors.confirmation).toContain('There is no such ticket');
    expect(await other.row(foreign)).toMatchObject({ status: 'open' });
    await desk.settle();
  });

  it('is open while the organization is read-only; merging is not', async () => {
    const [target, duplicate] = [await posted(), await posted()];
    await open(admin, 'Merge into…', duplicate);
    await admin.fill({ into: await numberOf(target.id) });
    const where = { id: desk.organizationId };
    const unpaid = { subscriptionId: 'sub_unpaid', subscriptionStatus: 'unpaid' as const };
    await world.context.database.organization.update({ where, data: unpaid });
    expect((await admin.submit()).errors.into).toContain('The subscription has ended or is not paid');
    await open(admin, 'Delete…', duplicate);
    await admin.fill({ confirmation: await numberOf(duplicate.id) });
    expect((await admin.submit()).errors).toEqual({});
    const bought = { subscriptionId: null, subscriptionStatus: null };
    await world.context.database.organization.update({ where, data: bought });
    expect(await world.context.database.ticket.count({ where: { id: duplicate.id } })).toBe(0);
    await desk.settle();
  });
});
