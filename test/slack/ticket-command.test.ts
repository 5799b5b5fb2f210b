import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../sandbox/slack/person.ts';
import { openDesk, openWorld, type TestWorld } from '../setup/desk.ts';
import { expectUnbroken } from '../setup/world.ts';
import { readModal } from './screen.ts';
import { openTicketDesk, type TicketDesk } from './ticket-desk.ts';

let world: TestWorld;
let desk: TicketDesk;
let agent: Person;

beforeAll(async () => {
  world = await openWorld();
  desk = await openTicketDesk(world);
  agent = await desk.add({ role: 'agent', name: 'Amir Agent', email: 'amir@harbour.example' });
});
afterAll(async () => {
  await expectUnbroken(world);
  await world.stop();
});

async function shows(person: Person, text: string): Promise<void> {
  await world.slack.until(`"${text}" is to be read`, () => readModal(person).includes(text));
}
async function openForm(person: Person, text = ''): Promise<void> {
  while (person.modal) await person.closeModal();
  await person.command('/ticket', `new ${text}`.trim());
  await shows(person, 'New ticket');
}
const read = async (person: Person, text: string) => {
  const { ack, responses } = await person.command('/ticket', text);
  await world.slack.until('an answer', () => ack.body !== '' || responses.length > 0);
  return JSON.stringify([ack.json, responses]);
};
const tickets = () =>
  world.context.database.ticket.findMany({
    where: { organizationId: desk.organizationId },
    orderBy: { number: 'asc' },
    include: { requester: true, messages: true },
  });
const latest = async () => {
  const ticket = (await tickets()).at(-1);
  if (!ticket) throw new Error('There is no ticket.');
  return ticket;
};

describe('/ticket new', () => {
  it('takes a description of 10,000 characters, in parts', async () => {
    await openForm(agent, 'A long story');
    const parts = ['a', 'b', 'c', 'd'].map((letter, part) => letter.repeat(part < 3 ? 3_000 : 990));
    const blocks = ['description', 'description-1', 'description-2', 'description-3'];
    await agent.fill(Object.fromEntries(blocks.map((block, part) => [block, parts[part] as string])));
    await agent.submit();
    expect((await latest()).messages[0]?.text).toBe(parts.join('\n'));
  });

  it('opens a ticket that is posted, with the title that was typed', async () => {
    await openForm(agent, 'The kettle & the <cup>');
    expect(agent.modal?.view.state).toMatchObject({
      values: { title: { title: { value: 'The kettle & the <cup>' } } },
    });
    await agent.fill({ description: 'It does not boil.\nNot at all.', priority: 'high' });
    await agent.submit();
    expect(readModal(agent)).toMatch(/\*TKT-\d{3}\* is open/);
    await desk.settle();
    const ticket = await latest();
    expect(ticket).toMatchObject({
      title: 'The kettle & the <cup>',
      priority: 'high',
      source: 'slack',
      requester: { name: 'Amir Agent', email: 'amir@harbour.example' },
      messages: [{ text: 'It does not boil.\nNot at all.' }],
    });
    const [card] = await desk.thread(ticket.id);
    expect(JSON.stringify(card)).toContain('The kettle &amp; the &lt;cup&gt;');
  });

  it('opens one for a customer', async () => {
    await openForm(agent);
    await agent.fill({ title: 'Order', description: 'Where?', name: 'Cleo', email: 'Cleo@Shop.example' });
    await agent.submit();
    expect((await latest()).requester).toMatchObject({ name: 'Cleo', email: 'cleo@shop.example' });
  });

  it.each([
    [{ title: '\u200b' }, 'title', 'A title has 1 to 150 characters.'],
    [{ title: 'x'.repeat(151) }, 'title', 'A title has 1 to 150 characters.'],
    [{ description: '\u202e turned' }, 'description', 'This text has characters that cannot be stored.'],
    [{ name: 'Cleo' }, 'email', 'This is not an e-mail address.'],
    [{ email: 'cleo@' }, 'email', 'This is not an e-mail address.'],
  ])('says on the field why %j is refused, and opens nothing', async (values, field, sentence) => {
    const before = (await tickets()).length;
    await openForm(agent);
    await agent.fill({ title: 'A title', description: 'A text', ...values });
    expect((await agent.submit()).errors).toEqual({ [field]: sentence });
    expect(await tickets()).toHaveLength(before);
    // What is put right in the same form is taken.
    await agent.fill({ title: 'Right', description: 'Right', name: '', email: '' });
    expect((await agent.submit()).errors ?? {}).toEqual({});
    expect(await tickets()).toHaveLength(before + 1);
  });

  it('sent twice is one ticket, whether at once or one after the other', async () => {
    const before = (await tickets()).length;
    await openForm(agent);
    await agent.fill({ title: 'Once', description: 'Once' });
    const both = await Promise.all([agent.submit(), agent.submit()]);
    expect(both.map(({ errors }) => errors)).toEqual([{}, {}]);
    expect(both.map(({ ack }) => ack.json?.response_action)).toEqual(['update', 'update']);
    expect(readModal(agent)).toContain('Ticket opened');
    expect(await tickets()).toHaveLength(before + 1);
  });

  it('replayed a hundred times is one ticket', async () => {
    const before = (await tickets()).length;
    await openForm(agent);
    await agent.fill({ title: 'Replayed', description: 'Once' });
    await agent.submit();
    const request = world.slack.lastRequest;
    for (const { status } of await Promise.all(
      Array.from({ length: 100 }, () => world.slack.replay(request)),
    )) {
      expect(status).toBe(200);
    }
    expect(await tickets()).toHaveLength(before + 1);
  });

  it('offers the organization’s categories, and takes no other', async () => {
    const [own, foreign] = await Promise.all(
      [desk.organizationId, (await openDesk(world)).organizationId].map((organizationId) =>
        world.context.database.ticketCategory.create({
          data: { organizationId, name: 'Kitchen', createdAt: world.context.now() },
        }),
      ),
    );
    await openForm(agent);
    await agent.fill({ title: 'In the kitchen', description: 'x', category: own?.id ?? '' });
    await agent.submit();
    expect((await latest()).categoryId).toBe(own?.id);
    await openForm(agent);
    await agent.fill({ title: 'Elsewhere', description: 'x', category: own?.id ?? '' });
    const edit = (payload: object) => {
      const text = JSON.stringify(payload).replaceAll(own?.id ?? '', foreign?.id ?? '');
      Object.assign(payload, JSON.parse(text));
    };
    expect((await agent.submit({ edit })).errors).toEqual({
      category: 'There is no such category any more. Choose another.',
    });
  });

  it('is refused before the form where no seat was bought, where it lapsed, and to who has no seat', async () => {
    const without = await openDesk(world, { seats: 0 });
    expect(await read(without.owner, 'new')).toContain('No seat was bought yet');
    const lapsed = await openDesk(world);
    await world.context.database.organization.update({
      where: { id: lapsed.organizationId },
      data: { subscriptionId: `sub_${lapsed.teamId}`, subscriptionStatus: 'canceled' },
    });
    expect(await read(lapsed.owner, 'new')).toContain('The Owner can see to it with `/org seats`');
    const visitor = await desk.add();
    expect(await read(visitor, 'new')).toContain('You have no seat in this organization');
    expect([without.owner.modal, lapsed.owner.modal, visitor.modal]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('of somebody who lost the seat while filling it in opens nothing', async () => {
    const leaver = await desk.add({ role: 'agent' });
    const before = (await tickets()).length;
    await openForm(leaver);
    await leaver.fill({ title: 'Late', description: 'Late' });
    await world.context.database.member.updateMany({
      where: { organizationId: desk.organizationId, userId: leaver.user.id },
      data: { status: 'removed' },
    });
    expect(Object.values((await leaver.submit()).errors ?? {})).toEqual([
      expect.stringContaining('You have no seat'),
    ]);
    expect(await tickets()).toHaveLength(before);
  });
});

describe('/ticket TKT-041', () => {
  it('shows the ticket to one person, with the way to its thread, as `show` does', async () => {
    const { id, number } = await desk.open(agent, { title: 'To be <shown>' });
    expect(await read(agent, number)).toContain('waits to be posted');
    await desk.settle();
    const { messageTs } = await desk.row(id);
    for (const text of [number.toLowerCase(), `show ${number}`]) {
      const shown = await read(agent, text);
      expect(shown).toContain('"response_type":"ephemeral"');
      expect(shown).toContain(`message_ts=${messageTs}|${number}>*  To be &lt;shown&gt;`);
      expect(shown).toContain('not answered yet');
      expect(shown).toContain('rita@customer.example');
    }
  });

  it('says so where there is none, and where the word is none', async () => {
    expect(await read(agent, 'TKT-99999')).toContain('There is no such ticket.');
    expect(await read(agent, 'lst')).toContain('Did you mean `/ticket list`?');
    expect(await read(agent, 'help')).toContain('`/ticket new [title]` Opens the form');
    const other = (await openDesk(world)).owner;
    const { number } = await desk.open(agent);
    expect(await read(other, number)).toContain('There is no such ticket.');
  });
});

describe('/ticket list', () => {
  it('shows the open tickets, narrowed down by what is chosen and typed, page by page', async () => {
    const own = await openTicketDesk(world);
    const reader = await own.add({ role: 'agent', name: 'Lena List' });
    for (let index = 1; index <= 12; index++) await own.open(reader, { title: `Ticket number ${index}` });
    await own.open(reader, { title: 'A <!channel> invoice', priority: 'urgent' });
    await reader.command('/ticket');
    await shows(reader, 'invoice');
    expect(readModal(reader)).toContain('A &lt;!channel&gt; invoice');
    expect(readModal(reader).match(/TKT-\d+/g)).toHaveLength(10);
    await reader.press('tickets.older', { in: 'modal' });
    await shows(reader, 'Ticket number 1\n');
    expect(readModal(reader).match(/TKT-\d+/g)).toHaveLength(3);
    await reader.choose('tickets.priority', 'urgent', { in: 'modal' });
    await shows(reader, 'invoice');
    expect(readModal(reader).match(/TKT-\d+/g)).toEqual(['TKT-013']);
    await reader.choose('tickets.assignee', reader.user.id, { in: 'modal' });
    await shows(reader, 'There is no such ticket.');
    await reader.choose('tickets.assignee', 'none', { in: 'modal' });
    await reader.choose('tickets.priority', 'any', { in: 'modal' });
    await shows(reader, 'Ticket number 12');
    await reader.fill({ text: 'number 7' });
    await reader.submit();
    await shows(reader, 'Ticket number 7');
    expect(readModal(reader).match(/TKT-\d+/g)).toEqual(['TKT-007']);
    expect(readModal(reader)).not.toContain('Ticket number 12');
  });
});

describe('the shortcuts', () => {
  it('open the same form from anywhere', async () => {
    while (agent.modal) await agent.closeModal();
    await agent.shortcut('ticket.new');
    await shows(agent, 'New ticket');
  });

  it('take a ticket from a message, keep the way to it, and say so once in its thread', async () => {
    while (agent.modal) await agent.closeModal();
    const channel = await world.slack.addChannel(desk.teamId, {
      name: 'tea',
      members: [agent.user.id],
      bot: true,
    });
    const text = 'The *kettle* broke, see <https://shop.example/k|our kettle>\nAnd &amp; the cup, <!channel>';
    const { ts } = await agent.say(channel, text);
    await agent.messageShortcut('ticket.from-message', { channel, ts });
    await shows(agent, 'New ticket');
    await agent.fill({ title: 'A broken kettle' });
    await agent.submit();
    await desk.settle();
    await desk.settle();
    const ticket = await latest();
    expect(ticket).toMatchObject({ title: 'A broken kettle', source: 'message' });
    const said = ticket.messages[0]?.text ?? '';
    expect(said).toMatch(/^The \*?kettle\*? broke/);
    expect(said).toContain('And & the cup, ');
    expect(said).not.toContain('<!channel>');
    expect(ticket.permalink).toMatch(new RegExp(`/archives/${channel}/p${ts.replace('.', '')}$`));
    const replies = (await world.slack.messages(desk.teamId, channel)).filter(
      ({ thread_ts }) => thread_ts === ts,
    );
    const confirmations = replies.filter((reply) => String(reply.text).includes('from this message'));
    expect(confirmations).toHaveLength(1);
    expect(confirmations[0]?.text).toContain(`TKT-${String(ticket.number).padStart(3, '0')}`);
  });

  it.each(['acted-then-drop', '500', '429'] as const)(
    'say once in the thread that a ticket was taken, though Slack answers with %s',
    async (kind) => {
      // Without a support channel, so that nothing else is posted.
      const own = await openDesk(world);
      const members = [own.owner.user.id];
      const channel = await world.slack.addChannel(own.teamId, { name: 'tea', members, bot: true });
      const { ts } = await own.owner.say(channel, 'Cold tea');
      await own.owner.messageShortcut('ticket.from-message', { channel, ts });
      await shows(own.owner, 'New ticket');
      world.slack.faults.next({ method: 'chat.postMessage', kind });
      await own.owner.submit();
      const replies = async () =>
        (await world.slack.messages(own.teamId, channel)).filter(({ thread_ts }) => thread_ts === ts);
      for (let round = 0; round < 5; round++) {
        await world.settle();
        await world.advance({ seconds: 60 });
      }
      await world.settle();
      const said = (await replies()).filter(({ text }) => String(text).includes('from this message'));
      expect(said).toHaveLength(1);
      world.slack.faults.clear();
    },
  );

  it('tell who took it where the app is not in the conversation, and the ticket stands', async () => {
    while (agent.modal) await agent.closeModal();
    const channel = await world.slack.addChannel(desk.teamId, {
      name: 'far',
      private: true,
      members: [agent.user.id],
    });
    const { ts } = await agent.say(channel, 'Far away');
    await agent.messageShortcut('ticket.from-message', { channel, ts });
    await shows(agent, 'New ticket');
    await agent.submit();
    await desk.settle();
    const ticket = await latest();
    expect(ticket.title).toBe('Far away');
    expect(ticket.permalink).toContain(`channel=${channel}`);
    const told = JSON.stringify(await world.slack.directMessages(desk.teamId, agent.user.id));
    expect(told).toContain(`I am not in <#${channel}>`);
  });

  it('take a message of 10,000 characters whole', async () => {
    while (agent.modal) await agent.closeModal();
    const words = Array.from({ length: 1_500 }, (_, index) => `word${index}`)
      .join(' ')
      .slice(0, 9_990);
    const { ts } = await agent.say(desk.channel, words);
    await agent.messageShortcut('ticket.from-message', { channel: desk.channel, ts });
    await shows(agent, 'New ticket');
    await agent.submit();
    const { title, messages } = await latest();
    expect([...title]).toHaveLength(150);
    expect(messages[0]?.text.replace(/\s/g, ' ')).toBe(words);
  });

  it('ignore what somebody wrote into the form’s memory', async () => {
    while (agent.modal) await agent.closeModal();
    await agent.shortcut('ticket.new');
    await shows(agent, 'New ticket');
    await agent.fill({ title: 'Tampered', description: 'x' });
    const edit = (payload: { view?: { private_metadata?: string } }) => {
      const message = { channelId: '<!channel>', ts: 'now', threadTs: "1.1'" };
      if (payload.view) payload.view.private_metadata = JSON.stringify(message);
    };
    await agent.submit({ edit: edit as never });
    expect(await latest()).toMatchObject({ title: 'Tampered', permalink: null, source: 'slack' });
  });
});

describe('the App Home', () => {
  it('shows one’s own tickets and the unassigned ones, at once to whom a ticket is given', async () => {
    const own = await openTicketDesk(world);
    const reader = await own.add({ role: 'agent' });
    await reader.openHome();
    await world.settle();
    expect(JSON.stringify(reader.home?.view)).toContain('Nothing waits for you.');
    const { id, number } = await own.open(own.owner, { title: 'For the reader' });
    await own.settle();
    const { messageTs } = await own.row(id);
    await reader.press('ticket.claim', { message: { channel: own.channel, ts: messageTs ?? '' } });
    await own.settle();
    const home = JSON.stringify(reader.home?.view);
    expect(home).toContain('*Your tickets* · 1');
    expect(home).toContain(`${number}>* For the reader`);
    await reader.press('tickets.new', { in: 'home' });
    await shows(reader, 'New ticket');
  });
});
