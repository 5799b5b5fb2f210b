import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openWorld, type TestWorld } from '../setup/desk.ts';
import { openTicketDesk, postsTo, settleTickets, type TicketDesk } from './ticket-desk.ts';

describe('what Slack does not take', () => {
  let world: TestWorld;
  let desk: TicketDesk;

  beforeAll(async () => {
    world = await openWorld();
    desk = await openTicketDesk(world);
  });
  afterAll(() => world.stop());

  const refuse = (method: string, error: string) => world.slack.faults.next({ method, kind: 'error', error });
  const posted = async () => {
    const { id } = await desk.open(desk.owner);
    await desk.settle();
    return id;
  };

  it('of a card’s blocks is left out', async () => {
    refuse('chat.postMessage', 'invalid_blocks');
    const [card] = await desk.thread(await posted());
    expect(card?.text).toContain('Cold tea');
    expect(card?.blocks ?? []).toEqual([]);
  });

  it('of a customer’s files is named, and holds nothing up', async () => {
    const id = await posted();
    refuse('files.getUploadURLExternal', 'restricted_action');
    const content = new Uint8Array([1]);
    const attachments = [{ name: 'cup.png', contentType: 'image/png', content }];
    await desk.answer(id, 'Look.', { attachments });
    await desk.answer(id, 'Well?');
    await desk.settle();
    expect((await desk.thread(id)).slice(1).map(({ text }) => String(text))).toEqual([
      'Rita Requester wrote: Look.',
      ':paperclip: cup.png came with this, and Slack did not take it.',
      'Rita Requester wrote: Well?',
    ]);
  });

  it('of a customer’s words in blocks stands there as text, in full', async () => {
    const id = await posted();
    const words = Array.from({ length: 300 }, (_, index) => `word${index}`);
    refuse('chat.postMessage', 'invalid_blocks');
    await desk.answer(id, `<!channel> ${words.join(' ')}`);
    await desk.settle();
    const [, answer] = await desk.thread(id);
    expect(answer?.blocks ?? []).toEqual([]);
    expect(String(answer?.text)).toContain('&lt;!channel&gt;');
    expect(String(answer?.text).match(/word\d+/g)).toEqual(words);
  });

  it('of a file whose upload fails again and again is named after a while, and holds nothing up for ever', async () => {
    const id = await posted();
    world.slack.faults.next({ method: 'files.upload', kind: '500', times: 1_000 });
    const content = new Uint8Array([1]);
    await desk.answer(id, 'Look.', { attachments: [{ name: 'cup.png', contentType: 'image/png', content }] });
    await desk.answer(id, 'Well?');
    for (let turn = 0; turn < 15; turn++) {
      await desk.settle();
      await world.advance({ seconds: 61 });
    }
    await desk.settle();
    world.slack.faults.clear();
    expect((await desk.thread(id)).slice(1).map(({ text }) => String(text))).toEqual([
      'Rita Requester wrote: Look.',
      ':paperclip: cup.png came with this, and Slack did not take it.',
      'Rita Requester wrote: Well?',
    ]);
  });

  it('of a thread that somebody locked goes into a new one, and the channel is in no trouble', async () => {
    const id = await posted();
    refuse('chat.postMessage', 'restricted_action_thread_locked');
    await desk.answer(id, 'Locked?');
    await desk.settle();
    const { channelTrouble } = await world.context.database.organization.findUniqueOrThrow({
      where: { id: desk.organizationId },
    });
    expect(channelTrouble).toBeNull();
    expect((await desk.thread(id)).map(({ text }) => String(text).slice(0, 14))).toEqual([
      expect.stringContaining('TKT-'),
      'Rita Requester',
    ]);
  });

  it('of a thread that is gone goes into a new one, behind the card', async () => {
    const id = await posted();
    const { messageTs } = await desk.row(id);
    refuse('chat.postMessage', 'thread_not_found');
    await desk.answer(id, 'Still there?');
    await desk.settle();
    expect((await desk.row(id)).messageTs).not.toBe(messageTs);
    expect((await desk.thread(id)).map(({ text }) => String(text).slice(0, 14))).toEqual([
      expect.stringContaining('TKT-'),
      'Rita Requester',
    ]);
  });
});

describe('a support channel in trouble', () => {
  let world: TestWorld;
  let desk: TicketDesk;

  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.stop());
  beforeEach(async () => {
    desk = await openTicketDesk(world);
  });

  const told = async () =>
    (await world.slack.directMessages(desk.teamId, desk.owner.user.id)).filter(({ text }) =>
      String(text).includes('New tickets cannot be posted'),
    );
  const trouble = async () =>
    (await world.context.database.organization.findUniqueOrThrow({ where: { id: desk.organizationId } }))
      .channelTrouble;

  it('that gets another name is told to those who manage, once, and others’ channels to nobody', async () => {
    const renames = async () =>
      (await world.slack.directMessages(desk.teamId, desk.owner.user.id))
        .map(({ text }) => String(text))
        .filter((text) => text.includes('another name'));
    await world.slack.rename(desk.teamId, desk.channel, 'help-desk');
    await desk.settle();
    expect(await renames()).toEqual([expect.stringContaining(`<#${desk.channel}>`)]);
    const another = await world.slack.addChannel(desk.teamId, { name: 'kitchen', bot: true });
    await world.slack.rename(desk.teamId, another, 'tea-room');
    await desk.settle();
    expect(await renames()).toHaveLength(1);
  });

  it('by an archive: tickets wait, the admins are told once, and all is posted in order afterwards', async () => {
    await world.slack.archive(desk.teamId, desk.channel);
    const tickets = [await desk.open(desk.owner), await desk.ask('Hello?'), await desk.open(desk.owner)];
    await desk.settle();
    await world.advance({ seconds: 300 });
    await desk.settle();
    expect(await trouble()).toBe('is_archived');
    expect(await told()).toHaveLength(1);
    expect(postsTo(world, desk.channel)).toEqual([]);
    await world.slack.archive(desk.teamId, desk.channel, false);
    await desk.settle();
    expect(await trouble()).toBeNull();
    const said = await world.slack.messages(desk.teamId, desk.channel);
    expect(
      said
        .filter(({ text }) => String(text).startsWith('TKT-'))
        .map(({ text }) => String(text).split(':')[0]),
    ).toEqual(tickets.map(({ number }) => number));
  });

  it('ends with everything in the order in which it was said', async () => {
    await world.slack.archive(desk.teamId, desk.channel);
    const long = Array.from({ length: 900 }, (_, index) => `word${index}`).join(' ');
    const { id } = await desk.ask(long);
    await desk.answer(id, 'Well?');
    await desk.settle();
    await world.slack.archive(desk.teamId, desk.channel, false);
    await desk.settle();
    expect((await desk.thread(id)).map(({ text }) => String(text).slice(0, 40))).toEqual([
      expect.stringContaining('TKT-'),
      expect.stringContaining('wrote: word0'),
      expect.stringContaining('wrote: Well?'),
    ]);
  });

  it('does not leave a card behind that says less than its thread', async () => {
    const { id } = await desk.open(desk.owner);
    await desk.settle();
    await desk.owner.say(desk.channel, '!resolve', (await desk.row(id)).messageTs as string);
    await desk.settle();
    expect(JSON.stringify((await desk.thread(id))[0]?.blocks)).toContain('Resolved');
    await world.slack.archive(desk.teamId, desk.channel);
    await desk.answer(id, 'It is still cold.');
    await desk.settle();
    await world.advance({ seconds: 300 });
    await desk.settle();
    await world.slack.archive(desk.teamId, desk.channel, false);
    await desk.settle();
    expect((await desk.row(id)).status).toBe('open');
    const [card, , answer] = await desk.thread(id);
    expect(answer?.text).toContain('It is still cold.');
    expect(JSON.stringify(card?.blocks)).not.toContain('Resolved');
  });

  it('that no event told of is found at posting', async () => {
    await world.slack.moveBot(desk.teamId, desk.channel, false);
    await desk.settle();
    await world.context.database.organization.update({
      where: { id: desk.organizationId },
      data: { channelTrouble: null },
    });
    const { id } = await desk.open(desk.owner);
    await desk.settle();
    expect(await trouble()).toBe('not_in_channel');
    expect((await desk.row(id)).messageTs).toBeNull();
    await world.slack.moveBot(desk.teamId, desk.channel, true);
    await desk.settle();
    expect(await desk.thread(id)).toHaveLength(1);
  });

  it('of another channel, or in another workspace, is none of this one’s', async () => {
    await world.slack.sendEvent(desk.teamId, { type: 'channel_archive', channel: 'C0OTHER' });
    const other = await openTicketDesk(world);
    await world.slack.sendEvent(other.teamId, { type: 'channel_archive', channel: desk.channel });
    await desk.settle();
    expect(await trouble()).toBeNull();
  });

  it('waits for a channel where none is chosen, and for seats where none are paid for', async () => {
    const { database } = world.context;
    const where = { id: desk.organizationId };
    await database.organization.update({ where, data: { supportChannelId: null, seatsPurchased: 0 } });
    const { id } = await desk.ask('Is anybody there?');
    await desk.settle();
    await database.organization.update({ where, data: { supportChannelId: desk.channel } });
    await world.advance({ seconds: 61 });
    await desk.settle();
    expect((await desk.row(id)).messageTs).toBeNull();
    await database.organization.update({ where, data: { seatsPurchased: 3 } });
    await world.advance({ seconds: 61 });
    await desk.settle();
    expect(await desk.thread(id)).toHaveLength(1);
    const parked = await database.outboxRow.count({ where: { status: 'parked' } });
    expect(parked).toBe(0);
  });

  it('waits while the app is not installed, and goes on when it is again', async () => {
    const { uninstalled, revoked } = world.slack.uninstall(desk.teamId);
    for (const event of [uninstalled, revoked]) await world.slack.sendEvent(desk.teamId, event);
    const { id } = await desk.ask('Anybody?');
    await desk.settle();
    expect((await desk.row(id)).messageTs).toBeNull();
    // Slack cuts an event’s time to the second: what happens in the second of the removal counts as before it.
    await world.advance({ seconds: 2 });
    await world.slack.install({ team: desk.teamId, user: desk.owner.user.id });
    await world.advance({ seconds: 61 });
    await desk.settle();
    expect(await desk.thread(id)).toHaveLength(1);
    expect(await trouble()).toBeNull();
  });

  it('of a channel of former days: its threads go on in the present one', async () => {
    const { id } = await desk.open(desk.owner);
    await desk.settle();
    const next = await world.slack.addChannel(desk.teamId, { name: 'support-two', bot: true });
    await world.context.database.organization.update({
      where: { id: desk.organizationId },
      data: { supportChannelId: next },
    });
    await world.slack.archive(desk.teamId, desk.channel);
    await desk.answer(id, 'Still there?');
    await settleTickets(world);
    expect((await desk.row(id)).channelId).toBe(next);
    expect((await desk.thread(id)).map(({ text }) => String(text).slice(0, 20))).toEqual([
      expect.stringContaining('TKT-001'),
      expect.stringContaining('Rita Requester'),
    ]);
  });
});
