import { beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../sandbox/slack/person.ts';
import type { TestWorld } from '../setup/desk.ts';
import { useThreadStage } from './thread-stage.ts';
import type { TicketDesk } from './ticket-desk.ts';

const stage = useThreadStage();
const { posted, rita, toldSince } = stage;
let world: TestWorld;
let desk: TicketDesk;
let agent: Person;
beforeAll(() => {
  ({ world, desk, agent } = stage);
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

  it('that the app itself has put there are nobody’s reply', async () => {
    const { id, ts } = await posted();
    const { database } = world.context;
    const { botUserId } = await database.installation.findUniqueOrThrow({ where: { teamId: desk.teamId } });
    await world.slack.sendEvent(desk.teamId, {
      type: 'message',
      subtype: 'file_share',
      channel: desk.channel,
      user: botUserId,
      text: '',
      files: [{ id: 'F0OWN' }],
      ts: '1790000000.000700',
      thread_ts: ts,
    });
    await desk.settle();
    expect(await database.ticketMessage.count({ where: { ticketId: id } })).toBe(1);
    expect(world.slack.ephemerals(desk.teamId, botUserId)).toEqual([]);
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
    const [closed, follower] = [await desk.row(id), await desk.row(heard?.ticketId ?? '')];
    const wayTo = ({ prefix, number, messageTs }: typeof closed) =>
      `message_ts=${messageTs}|${prefix}-${String(number).padStart(3, '0')}>`;
    expect(JSON.stringify(card)).toMatch('Goes on from');
    expect(JSON.stringify(card)).toContain(wayTo(closed));
    expect(JSON.stringify((await desk.thread(id)).at(-1))).toContain(wayTo(follower));
    const { ack, responses } = await agent.command('/ticket', heard?.opened ?? '');
    await world.slack.until('an answer', () => ack.body !== '' || responses.length > 0);
    expect(JSON.stringify([ack.json, responses])).toContain(wayTo(closed));
    // What comes to the closed one from now on goes on there.
    const posts = (await desk.thread(id)).length;
    expect(await desk.answer(id, 'And once more.')).toEqual({
      ticketId: heard?.ticketId,
      opened: null,
      goesOn: true,
    });
    await desk.settle();
    expect((await desk.thread(heard?.ticketId ?? '')).at(-1)?.text).toContain('And once more.');
    expect(await desk.thread(id)).toHaveLength(posts);
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
