import { beforeAll, describe, expect, it } from 'vitest';
import { identify } from '../../src/domain/members/identify.ts';
import { retryMail } from '../../src/domain/tickets/mail/retry-mail.ts';
import type { Person } from '../sandbox/slack/person.ts';
import type { TestWorld } from '../setup/desk.ts';
import { useThreadStage } from './thread-stage.ts';
import { openTicketDesk, type TicketDesk } from './ticket-desk.ts';

const stage = useThreadStage();
const { posted, rita, messagesOf, notesOf, toldSince } = stage;
let world: TestWorld;
let desk: TicketDesk;
let agent: Person;
beforeAll(() => {
  ({ world, desk, agent } = stage);
});

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

  it('that mentions a colleague whom the app has never met has their name in the mail', async () => {
    const { ts } = await posted();
    const colleague = world.slack.addUser(desk.teamId, { name: 'nora.never' });
    await agent.say(desk.channel, `Ask <@${colleague.id}> or <@U0NOBODY>.`, ts);
    await desk.settle();
    expect(rita().at(-1)?.text).toMatch(/Ask @nora\.never or @somebody\./);
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

  it('that has no words, as a forwarded message, is not sent, and its writer hears so', async () => {
    const { id, ts, mails } = await posted();
    const before = desk.whispers(agent).length;
    await world.slack.sendEvent(desk.teamId, {
      type: 'message',
      channel: desk.channel,
      user: agent.user.id,
      team: desk.teamId,
      text: '',
      attachments: [{ is_share: true, text: 'Somebody else’s words' }],
      ts: '1790000000.000700',
      thread_ts: ts,
    });
    await desk.settle();
    expect(rita()).toHaveLength(mails);
    expect(await messagesOf(id)).toHaveLength(1);
    expect(toldSince(agent, before)).toContain('no words and no files of its own');
  });

  it('that is edited by somebody whose seat is gone stays as it was, and they hear so', async () => {
    const { id, ts } = await posted();
    const leaver = await desk.add({ role: 'agent' });
    const said = await leaver.say(desk.channel, 'It costs £5.', ts);
    await desk.settle();
    const where = { organizationId_userId: { organizationId: desk.organizationId, userId: leaver.user.id } };
    const data = { status: 'removed' as const, removedAt: world.context.now() };
    await world.context.database.member.update({ where, data });
    const before = desk.whispers(leaver).length;
    await leaver.edit(desk.channel, said.ts, 'It costs £6.');
    // What never went to the customer needs no word.
    const other = await leaver.say(desk.channel, 'Hello?', ts);
    await leaver.edit(desk.channel, other.ts, 'Hello.');
    await desk.settle();
    expect((await messagesOf(id)).at(-1)?.text).toBe('It costs £5.');
    expect(toldSince(leaver, before).match(/your change was not recorded/g)).toHaveLength(1);
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

  it('whose mail fails again is shown again where the first message of it was deleted', async () => {
    const { id, ts } = await posted();
    world.mail.faults.next({ kind: 'refuse-recipient', address: 'rita@customer.example', times: 2 });
    await agent.say(desk.channel, 'Bounce me twice.', ts);
    await desk.settle();
    const failure = (await desk.thread(id)).at(-1);
    await desk.owner.erase(desk.channel, failure?.ts as string);
    await desk.settle();
    const { context } = world;
    const actor = await identify(context, { teamId: desk.teamId, userId: agent.user.id, name: '' });
    await retryMail(context, actor, { messageId: (await messagesOf(id)).at(-1)?.id ?? '' });
    await desk.settle();
    const shown = (await desk.thread(id)).filter(({ text }) => String(text).includes('could not be mailed'));
    expect(shown).toHaveLength(1);
    expect(shown[0]?.ts).not.toBe(failure?.ts);
  });
});
