import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openWorld, type TestWorld } from '../setup/desk.ts';
import { queueBackends } from '../setup/redis.ts';
import { openTicketDesk, postsTo } from './ticket-desk.ts';

describe.each(await queueBackends())('the line of a channel on $name', ({ redisUrl }) => {
  let world: TestWorld;

  beforeAll(async () => {
    world = await openWorld({ REDIS_URL: redisUrl });
  });
  afterAll(() => world.stop());
  beforeEach(() => {
    world.slack.limitMessageRate = true;
  });
  afterEach(() => {
    world.slack.limitMessageRate = false;
    world.slack.faults.clear();
  });

  it('keeps one message a second in a channel, in order, with two workers; other channels are not held up', async () => {
    const second = await world.startAnother('worker');
    const [busy, quiet] = [await openTicketDesk(world), await openTicketDesk(world)];
    const opened: { id: string; number: string }[] = [];
    for (let count = 0; count < 4; count++) opened.push(await busy.open(busy.owner));
    const other = await quiet.open(quiet.owner);
    await world.slack.until('all cards', () => postsTo(world, busy.channel).length === 4, 15_000);
    await world.settle();
    const posts = postsTo(world, busy.channel);
    expect(posts.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const gaps = posts.slice(1).map(({ at }, index) => at - (posts[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
    expect(posts.map(({ args }) => String(args.text).split(':')[0])).toEqual(
      opened.map(({ number }) => number),
    );
    // The quiet channel did not wait for the busy one.
    const [only] = postsTo(world, quiet.channel);
    expect(only?.at).toBeLessThan(posts[2]?.at ?? 0);
    expect((await quiet.row(other.id)).messageTs).not.toBeNull();
    await second.stop();
  });

  it('does everything once in a storm of limits', async () => {
    const desk = await openTicketDesk(world);
    const visitor = await desk.add();
    world.slack.limitMessageRate = false;
    const { id } = await desk.open(desk.owner);
    await desk.settle();
    const { messageTs: ts } = await desk.row(id);
    const mails = world.mail.mailbox('rita@customer.example').length;
    const methods = [
      'chat.postMessage',
      'chat.update',
      'chat.postEphemeral',
      'reactions.add',
      'conversations.replies',
    ];
    for (const method of methods) world.slack.faults.next({ method, kind: '429', retryAfter: 2, times: 4 });
    await desk.owner.say(desk.channel, 'It is warm now.', ts as string);
    await visitor.say(desk.channel, 'Is it?', ts as string);
    await desk.owner.say(desk.channel, '!resolve', ts as string);
    const next = await desk.open(desk.owner);
    for (let turn = 0; turn < 12; turn++) {
      await desk.settle();
      await world.advance({ seconds: 4 });
    }
    await desk.answer(id, 'It is not.');
    await desk.settle();
    expect(world.mail.mailbox('rita@customer.example').length - mails).toBe(2);
    expect(desk.whispers(visitor)).toHaveLength(1);
    expect(desk.whispers(desk.owner)).toHaveLength(1);
    const [card, ...thread] = await desk.thread(id);
    expect(JSON.stringify(card?.blocks)).toContain('Open');
    expect(thread.filter(({ text }) => String(text).startsWith('Rita'))).toHaveLength(1);
    expect(thread.filter(({ reactions }) => reactions !== undefined)).toHaveLength(1);
    expect(await desk.thread(next.id)).toHaveLength(1);
    expect(await world.context.database.outboxRow.count({ where: { status: 'parked' } })).toBe(0);
  });

  it('waits as long as Slack asks, and posts everything once, while forms still open', async () => {
    const desk = await openTicketDesk(world);
    world.slack.limitMessageRate = false;
    world.slack.faults.next({ method: 'chat.postMessage', kind: '429', retryAfter: 30, times: 2 });
    const ids = [(await desk.open(desk.owner)).id, (await desk.open(desk.owner)).id];
    await world.settle();
    expect(await desk.thread(ids[0] ?? '')).toEqual([]);
    // What a person waits on does not wait.
    await desk.owner.command('/org', 'members');
    await world.slack.until('the list of members', () => desk.owner.modal);
    await world.advance({ seconds: 29 });
    await world.settle();
    expect(postsTo(world, desk.channel)).toHaveLength(1);
    await world.advance({ seconds: 2 });
    await world.settle();
    expect(postsTo(world, desk.channel)).toHaveLength(2);
    await world.advance({ seconds: 31 });
    await desk.settle();
    for (const id of ids) expect(await desk.thread(id)).toHaveLength(1);
    const said = await world.slack.messages(desk.teamId, desk.channel);
    expect(said).toHaveLength(2);
  });

  it.each(['acted-then-drop', '500'] as const)('posts once after %s, card and answer', async (kind) => {
    const desk = await openTicketDesk(world);
    world.slack.limitMessageRate = false;
    world.slack.faults.next({ method: 'chat.postMessage', kind });
    const { id } = await desk.open(desk.owner);
    await world.settle();
    await world.advance({ seconds: 10 });
    await desk.settle();
    expect(await desk.thread(id)).toHaveLength(1);
    world.slack.faults.next({ method: 'chat.postMessage', kind });
    await desk.answer(id, 'Still cold.');
    await world.settle();
    await world.advance({ seconds: 10 });
    await desk.settle();
    const thread = await desk.thread(id);
    expect(thread).toHaveLength(2);
    expect(await world.context.database.threadPost.count({ where: { ticketId: id } })).toBe(0);
    const [, answer] = await world.context.database.ticketMessage.findMany({
      where: { ticketId: id },
      orderBy: { id: 'asc' },
    });
    expect(answer?.slackTs).toBe(thread[1]?.ts);
  });

  it('shows several quick changes by one update of the card', async () => {
    const desk = await openTicketDesk(world);
    world.slack.limitMessageRate = false;
    const { id } = await desk.open(desk.owner);
    await desk.settle();
    const { messageTs: ts } = await desk.row(id);
    for (const text of ['!claim', '!priority urgent', '!resolve', '!pending'])
      await desk.owner.say(desk.channel, text, ts as string);
    await desk.settle();
    const updates = world.slack.requests.filter(
      ({ method, args }) => method === 'chat.update' && args.ts === ts,
    );
    expect(updates).toHaveLength(1);
    const [card] = await desk.thread(id);
    for (const word of ['Urgent', 'Pending', desk.owner.user.realName])
      expect(JSON.stringify(card)).toContain(word);
  });
});
