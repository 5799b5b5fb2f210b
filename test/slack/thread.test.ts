import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../sandbox/slack/person.ts';
import { openWorld, type TestWorld } from '../setup/desk.ts';
import { expectUnbroken } from '../setup/world.ts';
import { openTicketDesk, type TicketDesk } from './ticket-desk.ts';

let world: TestWorld;
let desk: TicketDesk;
let agent: Person;

beforeAll(async () => {
  world = await openWorld();
  desk = await openTicketDesk(world);
  agent = await desk.add({ role: 'agent', name: 'Amir Agent' });
});
afterAll(async () => {
  await expectUnbroken(world);
  await world.stop();
});

const rita = () => world.mail.mailbox('rita@customer.example');

/** A ticket whose card stands, and the mails that Rita had until now. */
async function posted() {
  const { id } = await desk.open(desk.owner);
  await desk.settle();
  const { messageTs } = await desk.row(id);
  return { id, ts: messageTs as string, mails: rita().length };
}

const messagesOf = (ticketId: string) =>
  world.context.database.ticketMessage.findMany({ where: { ticketId }, orderBy: { id: 'asc' } });
const notesOf = (ticketId: string) => world.context.database.ticketNote.findMany({ where: { ticketId } });

/** What somebody was told in private since `before`. */
const toldSince = (person: Person, before: number) => desk.whispers(person).slice(before).join('\n');

describe('a reply in a ticket’s thread', () => {
  it('by an agent goes to the customer, once, and is marked when it went out', async () => {
    const { id, ts, mails } = await posted();
    const said = await agent.say(desk.channel, 'We send fresh tea.', ts);
    await desk.settle();
    expect(rita()).toHaveLength(mails + 1);
    expect(rita().at(-1)?.text).toContain('We send fresh tea.');
    const [, reply] = await desk.thread(id);
    expect(reply).toMatchObject({ ts: said.ts, reactions: [{ name: 'white_check_mark' }] });
    expect((await desk.row(id)).respondedAt).not.toBeNull();
    expect((await messagesOf(id)).map(({ mailStatus }) => mailStatus)).toEqual([null, 'sent']);
  });

  it('heard of 100 times under one event id, and again under others, goes out once', async () => {
    const { id, ts, mails } = await posted();
    const event = {
      type: 'message',
      channel: desk.channel,
      user: agent.user.id,
      team: desk.teamId,
      text: 'Once only.',
      ts: '1790000000.000100',
      thread_ts: ts,
    };
    const same = Array.from({ length: 100 }, () =>
      world.slack.sendEvent(desk.teamId, event, { eventId: 'Ev0SAME' }),
    );
    const others = Array.from({ length: 10 }, () => world.slack.sendEvent(desk.teamId, event));
    await Promise.all([...same, ...others]);
    await desk.settle();
    expect(rita()).toHaveLength(mails + 1);
    expect((await messagesOf(id)).filter(({ text }) => text === 'Once only.')).toHaveLength(1);
  });

  it('outside of ticket threads is nobody’s business, and is not even stored', async () => {
    await posted();
    const count = () => world.context.database.intake.count({ where: { key: { startsWith: 'slack:' } } });
    const before = await count();
    const { ts } = await agent.say(desk.channel, 'Lunch?');
    expect(await count()).toBe(before);
    await agent.say(desk.channel, 'Yes.', ts);
    await desk.settle();
    expect(
      await world.context.database.ticketMessage.count({ where: { text: { in: ['Lunch?', 'Yes.'] } } }),
    ).toBe(0);
  });

  it.each([
    ['a colleague without a seat', {}, 'An Admin or the Owner can invite you: `/org invite`'],
    ['a guest', { guest: true }, 'Guests and people from other workspaces cannot answer customers'],
  ])('by %s does not go out, and they are told in private', async (_, options, sentence) => {
    const { id, ts, mails } = await posted();
    const person = await desk.add(options);
    if ('guest' in options) {
      await world.slack.changeUser(desk.teamId, person.user.id, {});
      await desk.settle();
    }
    await person.say(desk.channel, 'I know the answer!', ts);
    await person.say(desk.channel, 'note: I really do', ts);
    await desk.settle();
    expect(rita()).toHaveLength(mails);
    expect(await messagesOf(id)).toHaveLength(1);
    expect(await notesOf(id)).toEqual([]);
    expect(desk.whispers(person)).toHaveLength(2);
    expect(desk.whispers(person)[0]).toContain(sentence);
  });

  it('by a member of the desk from another workspace’s side of a shared channel does not go out', async () => {
    const { id, ts } = await posted();
    await world.slack.sendEvent(desk.teamId, {
      type: 'message',
      channel: desk.channel,
      user: agent.user.id,
      user_team: 'T0STRANGER',
      text: 'From afar.',
      ts: '1790000000.000200',
      thread_ts: ts,
    });
    await desk.settle();
    expect(await messagesOf(id)).toHaveLength(1);
  });

  it('is kept and mailed whatever signs are in it', async () => {
    const { id, ts, mails } = await posted();
    await world.slack.sendEvent(desk.teamId, {
      type: 'message',
      channel: desk.channel,
      user: agent.user.id,
      team: desk.teamId,
      text: `<!channel> a\u0000b \uD800 <https://evil.example|your bank> &lt;script&gt; =1+1\r\nBcc: all@x.example`,
      ts: '1790000000.000600',
      thread_ts: ts,
    });
    await desk.settle();
    expect((await messagesOf(id)).at(-1)?.text).toContain('ab \uFFFD');
    expect(rita()).toHaveLength(mails + 1);
    const mail = rita().at(-1);
    expect(mail?.to).toEqual(['rita@customer.example']);
    expect(mail?.html).not.toContain('<script');
    expect(mail?.text).toContain('https://evil.example');
  });

  it('told by another workspace changes, deletes and adds nothing here', async () => {
    const { id, ts } = await posted();
    const said = await agent.say(desk.channel, 'Ours.', ts);
    await desk.settle();
    const other = await openTicketDesk(world);
    const own = { type: 'message', channel: desk.channel, thread_ts: ts, user: other.owner.user.id };
    for (const event of [
      { ...own, text: 'Let me in.', ts: '1790000000.000300' },
      { ...own, subtype: 'message_deleted', deleted_ts: said.ts, previous_message: { ...own, ts: said.ts } },
      { ...own, subtype: 'message_deleted', deleted_ts: ts },
      { type: 'channel_deleted', channel: desk.channel },
    ])
      await world.slack.sendEvent(other.teamId, event);
    await desk.settle();
    expect((await desk.row(id)).messageTs).toBe(ts);
    expect((await messagesOf(id)).map(({ text, deletedAt }) => [text, deletedAt])).toEqual([
      ['The tea arrives cold.', null],
      ['Ours.', null],
    ]);
    expect(await notesOf(id)).toEqual([]);
  });

  it('to a resolved ticket goes out and says that the ticket stays so; to a closed one it does not', async () => {
    const { id, ts, mails } = await posted();
    await desk.owner.say(desk.channel, '!resolve', ts);
    await desk.settle();
    const before = desk.whispers(agent).length;
    await agent.say(desk.channel, 'One more thing.', ts);
    await desk.settle();
    expect(rita()).toHaveLength(mails + 1);
    expect(toldSince(agent, before)).toContain('is resolved and stays so; your reply goes out');
    expect((await desk.row(id)).status).toBe('resolved');

    await desk.owner.say(desk.channel, '!close', ts);
    await desk.settle();
    await agent.say(desk.channel, 'And another.', ts);
    await desk.settle();
    expect(rita()).toHaveLength(mails + 1);
    expect(toldSince(agent, before)).toContain('is closed, so this was not sent');
  });

  it('in an organization whose subscription lapsed does not go out, and the writer is told why', async () => {
    const lapsed = await openTicketDesk(world);
    const { id } = await lapsed.open(lapsed.owner);
    await lapsed.settle();
    const { messageTs } = await lapsed.row(id);
    await world.context.database.organization.update({
      where: { id: lapsed.organizationId },
      data: { subscriptionId: `sub_${id}`, subscriptionStatus: 'canceled', seatsPurchased: 0 },
    });
    await lapsed.owner.say(lapsed.channel, 'Hello?', messageTs as string);
    await lapsed.settle();
    expect(await messagesOf(id)).toHaveLength(1);
    expect(lapsed.whispers(lapsed.owner).join()).toContain('The subscription has ended or is not paid');
  });

  it('whose mail fails is shown with Try again, and says so when it went out after all', async () => {
    const { id, ts, mails } = await posted();
    world.mail.faults.next({ kind: 'refuse-recipient', address: 'rita@customer.example', times: 2 });
    await agent.say(desk.channel, 'Bounce me.', ts);
    await desk.settle();
    expect(rita()).toHaveLength(mails);
    const failure = (await desk.thread(id)).at(-1);
    expect(failure?.text).toContain('could not be mailed to Rita Requester');
    const tryAgain = () =>
      agent.press('ticket.mail-again', { message: { channel: desk.channel, ts: failure?.ts as string } });
    await tryAgain();
    await desk.settle();
    expect(rita()).toHaveLength(mails);
    await tryAgain();
    await desk.settle();
    expect(rita()).toHaveLength(mails + 1);
    const after = await desk.thread(id);
    expect(after.at(-1)?.text).toContain('was mailed to Rita Requester after all');
    expect(after.find(({ text }) => text === 'Bounce me.')).toMatchObject({
      reactions: [{ name: 'white_check_mark' }],
    });
  });
});

describe('an internal note', () => {
  it.each([
    'note: she is rude',
    'Note: x',
    ':lock: x',
    '🔒 x',
    '*note:* x',
    '_Note_: x',
    '  note : x',
    '> note: x',
    'internal note: x',
    'ＮＯＴＥ： x',
    '&gt; note: x',
  ])('that begins like %j is kept among the team, and goes nowhere', async (text) => {
    const { id, ts, mails } = await posted();
    await agent.say(desk.channel, text, ts);
    await desk.settle();
    expect(rita()).toHaveLength(mails);
    expect(await messagesOf(id)).toHaveLength(1);
    expect((await notesOf(id)).map((note) => note.text)).toEqual([text]);
  });

  it('written in the form stands in the thread, escaped, and is not heard as somebody’s reply', async () => {
    const { id, ts, mails } = await posted();
    await agent.press('ticket.note', { message: { channel: desk.channel, ts } });
    await world.slack.until('the form', () => agent.modal);
    await agent.fill({ note: '<!channel> she is *rude*' });
    await agent.submit();
    await desk.settle();
    const [, note] = await desk.thread(id);
    expect(note?.text).toContain('&lt;!channel&gt;');
    expect(JSON.stringify(note?.blocks)).toContain('"type":"plain_text","text":"<!channel> she is *rude*"');
    expect(await notesOf(id)).toMatchObject([{ slackTs: note?.ts, text: '<!channel> she is *rude*' }]);
    expect(rita()).toHaveLength(mails);
  });
});

describe('a macro', () => {
  it('does what it says, tells only its writer, and never reaches the customer', async () => {
    const { id, ts, mails } = await posted();
    const other = await desk.add({ role: 'agent' });
    const before = desk.whispers(desk.owner).length;
    for (const text of [
      '!claim',
      '!resolve',
      '!reopen',
      '!pending',
      '!priority high',
      `!assign <@${other.user.id}>`,
      '!help',
      '!dance',
    ]) {
      await desk.owner.say(desk.channel, text, ts);
      await desk.settle();
    }
    const row = await desk.row(id);
    expect(row).toMatchObject({ status: 'pending', priority: 'high' });
    const assignee = await world.context.database.member.findUniqueOrThrow({
      where: { id: row.assigneeId ?? '' },
    });
    expect(assignee.userId).toBe(other.user.id);
    const told = toldSince(desk.owner, before);
    for (const part of [
      'is yours now',
      'is resolved now',
      'is open now',
      'is pending now',
      'is high now',
      'is assigned',
      '`!resolve`',
      'There is no `!dance`',
    ])
      expect(told).toContain(part);
    expect(rita()).toHaveLength(mails);
    expect(await messagesOf(id)).toHaveLength(1);
    // What is said in passing would be lost, so nothing is done.
    await desk.owner.say(desk.channel, '!reopen thanks, all good now', ts);
    await desk.settle();
    expect(toldSince(desk.owner, before)).toContain('`!reopen` stands alone');
    expect((await desk.row(id)).status).toBe('pending');
  });

  it('of an agent cannot do what is for Admins', async () => {
    const { id, ts } = await posted();
    const before = desk.whispers(agent).length;
    for (const text of ['!close', '!priority urgent', `!assign <@${desk.owner.user.id}>`]) {
      await agent.say(desk.channel, text, ts);
      await desk.settle();
    }
    expect(desk.whispers(agent).slice(before)).toEqual(
      Array.from({ length: 3 }, () => 'Only the Owner and Admins can do this.'),
    );
    expect(await desk.row(id)).toMatchObject({ status: 'open', priority: 'normal', assigneeId: null });
  });
});

describe('an edit', () => {
  it('of a reply changes the record; what was mailed is not mailed again, and its writer hears so', async () => {
    const { id, ts, mails } = await posted();
    const said = await agent.say(desk.channel, 'The price is £5.', ts);
    await desk.settle();
    const before = desk.whispers(agent).length;
    await agent.edit(desk.channel, said.ts, 'The price is £6.');
    await desk.settle();
    expect((await messagesOf(id)).at(-1)).toMatchObject({
      text: 'The price is £6.',
      editedAt: expect.any(Date),
    });
    expect(rita()).toHaveLength(mails + 1);
    expect(toldSince(agent, before)).toContain('The e-mail had gone out before');
  });

  it('that turns a reply into a note takes it out of the customer’s sight; a note never becomes a reply', async () => {
    const { id, ts, mails } = await posted();
    const said = await agent.say(desk.channel, 'She is rude.', ts);
    await desk.settle();
    await agent.edit(desk.channel, said.ts, 'note: She is rude.');
    await desk.settle();
    expect((await messagesOf(id)).at(-1)).toMatchObject({
      text: 'She is rude.',
      deletedAt: expect.any(Date),
    });
    expect(await notesOf(id)).toMatchObject([{ text: 'note: She is rude.' }]);
    await agent.edit(desk.channel, said.ts, 'She is kind.');
    await desk.settle();
    expect(await notesOf(id)).toMatchObject([{ text: 'She is kind.' }]);
    expect((await messagesOf(id)).filter(({ deletedAt }) => deletedAt === null)).toHaveLength(1);
    expect(rita()).toHaveLength(mails + 1);
    expect(desk.whispers(agent).at(-1)).toContain('stays an internal note');
  });

  it('that overtakes its message counts: what was edited into a note was never a reply', async () => {
    const { id, ts, mails } = await posted();
    const at = `${Math.floor(world.context.now().getTime() / 1000)}.000400`;
    const own = { type: 'message', user: agent.user.id, team: desk.teamId, ts: at, thread_ts: ts };
    const channel = desk.channel;
    await world.slack.sendEvent(desk.teamId, {
      type: 'message',
      subtype: 'message_changed',
      channel,
      message: { ...own, text: 'note: she is rude' },
      previous_message: { ...own, text: 'she is rude' },
    });
    await desk.settle();
    await world.slack.sendEvent(desk.teamId, { ...own, channel, text: 'she is rude' });
    await desk.settle();
    expect(rita()).toHaveLength(mails);
    expect(await notesOf(id)).toMatchObject([{ text: 'note: she is rude' }]);
    expect(await messagesOf(id)).toHaveLength(1);
  });
});

describe('a deletion', () => {
  it('takes a reply out of the record, and one that overtakes its message keeps it from being sent', async () => {
    const { id, ts, mails } = await posted();
    const said = await agent.say(desk.channel, 'Forget this.', ts);
    await desk.settle();
    await agent.erase(desk.channel, said.ts);
    await desk.settle();
    expect((await messagesOf(id)).at(-1)).toMatchObject({ deletedAt: expect.any(Date) });
    expect(desk.whispers(agent).at(-1)).toContain('cannot be taken back');

    const at = `${Math.floor(world.context.now().getTime() / 1000)}.000500`;
    const own = {
      type: 'message',
      user: agent.user.id,
      team: desk.teamId,
      ts: at,
      thread_ts: ts,
      text: 'Oops.',
    };
    const channel = desk.channel;
    await world.slack.sendEvent(desk.teamId, {
      type: 'message',
      subtype: 'message_deleted',
      channel,
      deleted_ts: at,
      previous_message: own,
    });
    await desk.settle();
    await world.slack.sendEvent(desk.teamId, { ...own, channel });
    await desk.settle();
    expect(rita()).toHaveLength(mails + 1);
  });

  it('of the copy of a customer’s words leaves the record as it is', async () => {
    const { id } = await posted();
    await desk.answer(id, 'It is still cold.');
    await desk.settle();
    const copy = (await desk.thread(id)).at(-1);
    await desk.owner.erase(desk.channel, copy?.ts as string);
    await desk.settle();
    expect((await messagesOf(id)).at(-1)).toMatchObject({ text: 'It is still cold.', deletedAt: null });
  });

  it('of the card has the ticket posted anew', async () => {
    const { id, ts } = await posted();
    await desk.owner.erase(desk.channel, ts);
    await desk.settle();
    const { messageTs } = await desk.row(id);
    expect(messageTs).not.toBe(ts);
    expect(await desk.thread(id)).toHaveLength(1);
  });
});

describe('files', () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );

  it('of an agent go along, by their content; others are left out, and the agent is told', async () => {
    const { id, ts, mails } = await posted();
    const good = await agent.uploadFile(png, 'tea.png', 'image/png');
    const bad = await agent.uploadFile(Buffer.from('<script>alert(1)</script>'), 'tea.jpg', 'image/jpeg');
    const before = desk.whispers(agent).length;
    await agent.say(desk.channel, 'See the picture.', ts, { files: [good, bad] });
    await desk.settle();
    expect(rita()).toHaveLength(mails + 1);
    expect(await world.context.database.ticketAttachment.findMany({ where: { ticketId: id } })).toMatchObject(
      [{ name: 'tea.png', contentType: 'image/png', size: png.length }],
    );
    expect(toldSince(agent, before)).toContain('A file was left out');
    await agent.say(desk.channel, '', ts, { files: [bad] });
    await desk.settle();
    expect(rita()).toHaveLength(mails + 1);
    expect(toldSince(agent, before)).toContain('Nothing was sent');
  });

  it('of a customer appear in the thread', async () => {
    const { id } = await posted();
    await desk.answer(id, 'Look.', {
      attachments: [{ name: 'cup.png', contentType: 'image/png', content: png }],
    });
    await desk.settle();
    const shown = JSON.stringify(await desk.thread(id));
    expect(shown).toContain('cup.png');
    expect(await world.context.database.threadPost.count({ where: { ticketId: id } })).toBe(0);
  });
});

describe('a customer’s answer', () => {
  it('appears in the thread with their name, harmless, calls the assignee and reopens the ticket', async () => {
    const { id, ts } = await posted();
    await agent.press('ticket.claim', { message: { channel: desk.channel, ts } });
    await desk.settle();
    await agent.say(desk.channel, '!resolve', ts);
    await desk.settle();
    const hostile = '<!channel> <@U123> <https://evil.example|bank> & *bold*\u0000\uD800';
    await desk.answer(id, hostile);
    await desk.settle();
    const [card, , answer] = await desk.thread(id);
    expect((await desk.row(id)).status).toBe('open');
    expect(JSON.stringify(card?.blocks)).toContain('Open');
    const { text, blocks } = answer as { text: string; blocks: unknown };
    expect(text).toContain('Rita Requester wrote: &lt;!channel&gt; &lt;@U123&gt;');
    expect(JSON.stringify(blocks)).toContain(`<@${agent.user.id}>`);
    const mrkdwn =
      JSON.stringify(blocks)
        .match(/"type":"mrkdwn","text":"[^"]*"/g)
        ?.join('') ?? '';
    expect(mrkdwn).not.toContain('<!channel>');
    expect(mrkdwn).not.toContain('U123');
  });

  it('to a closed ticket opens a new one that goes on from it', async () => {
    const { id, ts } = await posted();
    await desk.owner.say(desk.channel, '!close', ts);
    await desk.settle();
    const heard = await desk.answer(id, 'And again.', { dedupeKey: 'closed once' });
    expect(heard?.opened).toMatch(/^TKT-\d+$/);
    expect(await desk.answer(id, 'And again.', { dedupeKey: 'closed once' })).toBeNull();
    await desk.settle();
    expect(await desk.row(heard?.ticketId ?? '')).toMatchObject({ precedingId: id });
    const [card] = await desk.thread(heard?.ticketId ?? '');
    expect(JSON.stringify(card)).toContain('Goes on from');
  });

  it('that is very long stands in the thread as a whole, in order, within Slack’s limits', async () => {
    const { id } = await posted();
    const long = Array.from({ length: 4000 }, (_, index) => `word${index}`).join(' ');
    await desk.answer(id, long);
    await desk.settle();
    const parts = (await desk.thread(id)).slice(1);
    expect(parts.length).toBeGreaterThan(2);
    const words = JSON.stringify(parts.map(({ blocks }) => blocks)).match(/word\d+/g);
    expect(words).toEqual(long.split(' '));
    // The ticket of a long mail: the card has its beginning, the thread the whole.
    const opened = await desk.ask(long);
    await desk.settle();
    const [card, ...rest] = await desk.thread(opened.id);
    expect(JSON.stringify(card)).toContain('The whole text stands in the thread');
    expect(JSON.stringify(rest.map(({ blocks }) => blocks)).match(/word\d+/g)).toEqual(long.split(' '));
  });
});
