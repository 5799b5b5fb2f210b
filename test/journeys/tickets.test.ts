import { simpleParser } from 'mailparser';
import { createTransport } from 'nodemailer';
import { describe, expect, it } from 'vitest';
import type { Message } from '../sandbox/mail/mailboxes.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { queueBackends } from '../setup/redis.ts';
import { useWorld } from '../setup/world.ts';
import { foundCompany, seat } from './company.ts';
import { modalOf, wordsOf } from './sight.ts';

const environment = {
  INBOUND_DOMAIN: 'reply.orgdesk.example',
  INBOUND_TOKEN: 'a-token-of-the-provider',
  INBOUND_SMTP_PORT: '0',
};
const cara = 'cara@customer.example';

describe.each(await queueBackends())('a ticket from Slack to the customer and back, on $name', (backend) => {
  const world = useWorld(backend, environment);

  /** Everything done, also what waits for its second in a channel. */
  async function settle() {
    const { context } = world.product;
    for (;;) {
      await world.settle();
      const soon = new Date(context.now().getTime() + 5_000);
      const topic = { in: ['channel.post', 'ticket.card'] };
      const where = { status: 'pending' as const, availableAt: { lte: soon }, topic };
      if ((await context.database.outboxRow.count({ where })) === 0) return;
      await world.advance({ seconds: 1 });
    }
  }

  const inbox = () => world.mail.mailbox(cara);

  /** Answers a mail as a mail program does. */
  async function answer(mail: Message, text: string) {
    const { replyTo, messageId } = await simpleParser(mail.raw);
    await createTransport({ host: '127.0.0.1', port: world.product.mailPort, ignoreTLS: true }).sendMail({
      from: `Cara Customer <${cara}>`,
      to: replyTo?.value[0]?.address,
      subject: `Re: ${mail.subject}`,
      inReplyTo: messageId,
      text: `${text}\n\nOn Mon, 23 Nov 2026 at 09:00, ${mail.fromText} wrote:\n\n${mail.text.replace(/^/gm, '> ')}`,
    });
    await settle();
  }

  async function openTicket(by: Person, title: string): Promise<string> {
    await by.command('/ticket', `new ${title}`);
    await world.slack.until('the form of a new ticket', () => by.modal);
    await by.fill({ title, description: `${title}, she says.`, name: 'Cara Customer', email: cara });
    const { modal } = await by.submit();
    const [number = ''] = /[A-Z]+-\d+/.exec(wordsOf(modal?.view.blocks)) ?? [];
    await by.closeModal();
    await settle();
    return number;
  }

  it('is opened, answered, noted on, answered again, resolved; the next one has the new prefix', async () => {
    const company = await foundCompany(world, { seats: 3 });
    const { owner, team } = company;
    const agent = await seat(company, 'Amir');
    const colleague = company.hire('Nosy');
    const channel = await world.slack.addChannel(team, {
      name: 'support',
      members: [owner.user.id, agent.user.id, colleague.user.id],
    });
    expect(await company.read(owner, `channel <#${channel}|support>`)).toContain(channel);
    await settle();

    const number = await openTicket(agent, 'The kettle is cold');
    expect(number).toBe('TKT-001');
    const cards = async () =>
      (await world.slack.messages(team, channel)).filter(
        (message) => !message.thread_ts || message.thread_ts === message.ts,
      );
    const [card] = (await cards()).filter(({ text }) => String(text).startsWith('TKT-001'));
    const ts = String(card?.ts);
    const thread = async () => {
      const messages = await world.slack.messages(team, channel);
      return messages.filter((message) => message.thread_ts === ts && message.ts !== ts);
    };
    expect(wordsOf(card?.blocks)).toContain('The kettle is cold, she says.');
    await agent.press('ticket.claim', { message: { channel, ts } });
    await settle();
    expect(wordsOf((await cards()).find((each) => each.ts === ts)?.blocks)).toContain('Amir');

    const before = inbox().length;
    await agent.say(channel, 'note: she is SECRETly important', ts);
    await colleague.say(channel, 'Tell her to buy a new one!', ts);
    await agent.say(channel, 'Is it plugged in?', ts);
    await settle();
    expect(
      inbox()
        .slice(before)
        .map(({ text }) => text),
    ).toEqual([expect.stringContaining('Is it plugged in?')]);
    expect(JSON.stringify(world.slack.ephemerals(team, colleague.user.id))).toContain('You have no seat');
    expect((await thread()).find(({ text }) => text === 'Is it plugged in?')).toMatchObject({
      reactions: [{ name: 'white_check_mark' }],
    });

    await agent.say(channel, '!resolve', ts);
    await settle();
    await answer(inbox().at(-1) as Message, 'It is now. <!channel> Thank you!');
    const heard = (await thread()).at(-1);
    expect(wordsOf(heard?.blocks)).toContain('It is now. <!channel> Thank you!');
    expect(wordsOf(heard?.blocks)).toContain(`<@${agent.user.id}>`);
    expect(String(heard?.text)).not.toContain('<!channel>');
    expect(wordsOf((await cards()).find((each) => each.ts === ts)?.blocks)).toContain('Open');

    await agent.say(channel, '!resolve', ts);
    await company.open(owner, 'prefix');
    await owner.fill({ prefix: 'SUP' });
    await owner.submit();
    if (owner.modal) await owner.closeModal();
    expect(await openTicket(owner, 'A second kettle')).toBe('SUP-001');
    const { ack } = await owner.command('/ticket', 'tkt-1');
    expect(ack.body).toContain('The kettle is cold');
    expect(
      inbox()
        .map(({ text, html }) => `${text}${html}`)
        .join(),
    ).not.toContain('SECRET');
    expect(modalOf(owner)).toBe('');
  });

  it('goes on after a restart between what is said and what is done', async () => {
    const company = await foundCompany(world, { seats: 3 });
    const { owner, team } = company;
    const channel = await world.slack.addChannel(team, { name: 'support', members: [owner.user.id] });
    await company.read(owner, `channel <#${channel}|support>`);
    await settle();
    await openTicket(owner, 'Lost and found');
    const card = (await world.slack.messages(team, channel)).find(({ text }) =>
      String(text).includes('Lost and found'),
    );
    const before = inbox().length;
    await owner.say(channel, 'We look for it.', String(card?.ts));
    await world.restart();
    await settle();
    expect(inbox().slice(before)).toHaveLength(1);
  });
});
