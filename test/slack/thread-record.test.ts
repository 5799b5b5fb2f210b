import { beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../sandbox/slack/person.ts';
import type { TestWorld } from '../setup/desk.ts';
import { useThreadStage } from './thread-stage.ts';
import type { TicketDesk } from './ticket-desk.ts';

const stage = useThreadStage();
const { posted, rita, messagesOf, notesOf, toldSince } = stage;
let world: TestWorld;
let desk: TicketDesk;
let agent: Person;
beforeAll(() => {
  ({ world, desk, agent } = stage);
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

  it('that overtakes a note and takes its beginning away leaves it a note', async () => {
    const { id, ts, mails } = await posted();
    const at = `${Math.floor(world.context.now().getTime() / 1000)}.000450`;
    const own = { type: 'message', user: agent.user.id, team: desk.teamId, ts: at, thread_ts: ts };
    const channel = desk.channel;
    await world.slack.sendEvent(desk.teamId, {
      type: 'message',
      subtype: 'message_changed',
      channel,
      message: { ...own, text: 'she is rude' },
      previous_message: { ...own, text: 'note: she is rude' },
    });
    await desk.settle();
    await world.slack.sendEvent(desk.teamId, { ...own, channel, text: 'note: she is rude' });
    await desk.settle();
    expect(rita()).toHaveLength(mails);
    expect(await notesOf(id)).toMatchObject([{ text: 'she is rude' }]);
    expect(await messagesOf(id)).toHaveLength(1);
    expect(desk.whispers(agent).at(-1)).toContain('stays an internal note');
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

  it('of the card of a long ticket has the whole text stand in the new thread', async () => {
    const long = Array.from({ length: 900 }, (_, index) => `word${index}`).join(' ');
    const { id } = await desk.ask(long);
    await desk.settle();
    expect(await desk.thread(id)).toHaveLength(2);
    await desk.owner.erase(desk.channel, (await desk.row(id)).messageTs as string);
    await desk.settle();
    const [card, words] = await desk.thread(id);
    expect(JSON.stringify(card)).toContain('The whole text stands in the thread');
    expect(JSON.stringify(words?.blocks).match(/word\d+/g)).toEqual(long.split(' '));
  });
});
