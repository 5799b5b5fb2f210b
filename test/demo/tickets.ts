import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { createTransport } from 'nodemailer';
import type { SlackUser } from '../sandbox/slack/users.ts';
import type { World } from '../sandbox/world.ts';
import { homeOf, shows, wordsOf } from './sight.ts';
import type { Cast, Step } from './step.ts';
import { askAsPage, sessionFor, strangeOrigin } from './website.ts';

/** What the product needs to take customers' mail. */
export const mailEnvironment = { INBOUND_DOMAIN: 'reply.orgdesk.example', INBOUND_SMTP_PORT: '0' };

const channelName = 'support';
export const customer = { name: 'Cara Customer', email: 'cara@customer.example' };
const description = 'It does not boil.';

interface Opened {
  ticket: { id: string; number: string; status: string };
  token: string;
}

interface Conversation {
  messages: { author: { kind: string; name: string }; text: string }[];
}

/** A ticket from a website to Slack, to a customer's mailbox, and back. */
export const ticketSteps: readonly Step[] = [
  {
    name: 'Choose the support channel',
    async play(world, cast) {
      const people = [cast.owner, cast.admin, cast.agent];
      const id = await world.slack.addChannel(cast.team, {
        name: channelName,
        members: people.map((person) => person.id),
      });
      const admin = world.slack.person({ team: cast.team, user: cast.admin.id });
      const { ack } = await admin.command('/org', `channel <#${id}|${channelName}>`);
      shows(JSON.stringify(ack.json), id);
      cast.channel = id;
      await settle(world);
      return `Tickets appear in #${channelName} from now on.`;
    },
  },
  {
    name: 'A visitor opens a ticket on the website',
    async play(world, cast) {
      const form = { title: 'The kettle is cold', description, requester: customer };
      const session = await sessionFor(world, cast, 'tickets');
      const { status, body } = await askAsPage<Opened>(world, cast, '/tickets', {
        bearer: session,
        body: form,
      });
      assert.equal(status, 201);
      const { ticket, token } = body;
      assert.equal(ticket.number, 'TKT-001');
      cast.conversation = { ticketId: ticket.id, token };
      await settle(world);
      const { card } = await look(world, cast, 'TKT-001');
      shows(wordsOf(card.blocks), description);
      const [mail] = world.mail.mailbox(customer.email);
      assert.match(mail?.subject ?? '', /^\[TKT-001\] Your message to /);
      shows(await homeOf(world, cast, cast.agent), 'TKT-001');
      return 'TKT-001 stands in the channel and on the Home tab, and the customer has its number by mail.';
    },
  },
  {
    name: 'Another website opens none',
    async play(world, cast) {
      const listed = await sessionFor(world, cast, 'tickets');
      const form = { title: 'Not from here', description, requester: customer };
      for (const [path, asking] of [
        ['/sessions', { body: { purpose: 'tickets' } }],
        ['/tickets', { body: form, bearer: listed }],
      ] as const) {
        const refused = await askAsPage<{ code: string }>(world, cast, path, {
          ...asking,
          origin: strangeOrigin,
        });
        assert.deepEqual([refused.status, refused.body.code], [403, 'origin_unlisted']);
      }
      await settle(world);
      assert.equal(world.mail.mailbox(customer.email).length, 1);
      const messages = await world.slack.messages(cast.team, cast.channel ?? '');
      assert.ok(!JSON.stringify(messages).includes('Not from here'), 'The refused ticket is in the channel.');
      return `${strangeOrigin} gets no session and, with one that was lent to it, no ticket: 403, and nothing came of it.`;
    },
  },
  {
    name: 'Answer it, and note something down',
    async play(world, cast) {
      const { channel, ts } = await look(world, cast, 'TKT-001');
      const agent = world.slack.person({ team: cast.team, user: cast.agent.id });
      await agent.press('ticket.claim', { message: { channel, ts } });
      await agent.say(channel, 'note: she always forgets the plug', ts);
      await agent.say(channel, 'Is it *plugged in*? See <https://help.example/kettle|our page>.', ts);
      await settle(world);
      const mails = world.mail.mailbox(customer.email);
      assert.equal(mails.length, 2);
      shows(mails[1]?.text ?? '', 'Is it *plugged in*? See our page (https://help.example/kettle).');
      shows(mails[1]?.html ?? '', '<strong>plugged in</strong>');
      for (const { raw } of mails) assert.ok(!raw.includes('forgets'), 'The note is in a mail.');
      const { thread } = await look(world, cast, 'TKT-001');
      const marked = thread.filter(({ reactions }) =>
        JSON.stringify(reactions ?? '').includes('white_check_mark'),
      );
      assert.equal(marked.length, 1);
      return 'The reply is in the customer’s mailbox and marked in the thread; the internal note is not, in any mail.';
    },
  },
  {
    name: 'The visitor reads the answer on the website',
    async play(world, cast) {
      assert.ok(cast.conversation);
      const { ticketId, token: bearer } = cast.conversation;
      const path = `/tickets/${ticketId}`;
      const { status, body } = await askAsPage<Conversation>(world, cast, path, { bearer });
      assert.equal(status, 200);
      assert.deepEqual(
        body.messages.map(({ author, text }) => [author.kind, author.name, text]),
        [
          ['customer', customer.name, description],
          ['agent', 'Amir', 'Is it *plugged in*? See our page (https://help.example/kettle).'],
        ],
      );
      assert.ok(!JSON.stringify(body).includes('forgets'), 'The note is in the conversation.');
      const stranger = await askAsPage(world, cast, path, { bearer: `odt_${'x'.repeat(48)}` });
      assert.equal(stranger.status, 401);
      return 'With the token of the ticket the page reads the question and Amir’s reply, and nothing of the note; an invented token is 401.';
    },
  },
  {
    name: 'The customer answers a resolved ticket by mail',
    async play(world, cast) {
      const { channel, ts } = await look(world, cast, 'TKT-001');
      const agent = world.slack.person({ team: cast.team, user: cast.agent.id });
      await agent.say(channel, '!resolve', ts);
      await settle(world);
      shows(wordsOf((await look(world, cast, 'TKT-001')).card.blocks), 'Resolved');
      await answer(world, 'It was not. <!channel> Thank you!');
      const { card, thread } = await look(world, cast, 'TKT-001');
      shows(wordsOf(thread.at(-1)?.blocks), 'It was not. <!channel> Thank you!');
      shows(wordsOf(thread.at(-1)?.blocks), `<@${cast.agent.id}>`);
      shows(wordsOf(card.blocks), 'Open');
      await agent.say(channel, '!resolve', ts);
      await settle(world);
      return 'Only her own words stand in the thread, calling nobody but the assignee; the ticket was open again until it was resolved.';
    },
  },
];

export const nextTicket: Step = {
  name: 'The next ticket has the new prefix',
  async play(world, cast) {
    assert.equal(await openTicket(world, cast, cast.admin, 'A second kettle'), 'SUP-001');
    const agent = world.slack.person({ team: cast.team, user: cast.agent.id });
    const { ack } = await agent.command('/ticket', 'tkt-1');
    shows(ack.body, 'The kettle is cold');
    return 'It is SUP-001; /ticket tkt-1 still finds TKT-001.';
  },
};

/** Everything done, also what waits for its second in the channel. */
export async function settle(world: World): Promise<void> {
  const { context } = world.product;
  for (;;) {
    await world.settle();
    const soon = new Date(context.now().getTime() + 5_000);
    const waiting = await context.database.outboxRow.count({
      where: {
        status: 'pending',
        availableAt: { lte: soon },
        topic: { in: ['channel.post', 'ticket.card', 'tickets.release'] },
      },
    });
    if (waiting === 0) return;
    await world.advance({ seconds: 1 });
  }
}

async function openTicket(world: World, { team }: Cast, by: SlackUser, title: string): Promise<string> {
  const person = world.slack.person({ team, user: by.id });
  await person.command('/ticket', `new ${title}`);
  await world.slack.until('the form', () => person.modal);
  await person.fill({ title, description, ...customer });
  const { modal, errors } = await person.submit();
  assert.deepEqual(errors, {});
  const [number = ''] = /[A-Z]+-\d+/.exec(wordsOf(modal?.view.blocks)) ?? [];
  await person.closeModal();
  await settle(world);
  return number;
}

/** A ticket's message in the channel, and what stands in its thread. */
async function look(world: World, { team, channel = '' }: Cast, number: string) {
  const messages = await world.slack.messages(team, channel);
  const card = messages.find(({ text }) => String(text).startsWith(number));
  assert.ok(card, `${number} is not in the channel.`);
  const ts = String(card.ts);
  const thread = messages.filter((message) => message.thread_ts === ts && message.ts !== ts);
  return { channel, ts, card, thread };
}

/** Answers the newest mail as a mail program does, with a quote below. */
async function answer(world: World, text: string): Promise<void> {
  const mail = world.mail.mailbox(customer.email).at(-1);
  assert.ok(mail);
  const { replyTo, messageId } = await simpleParser(mail.raw);
  const quote = mail.text.replace(/^/gm, '> ');
  await createTransport({ host: '127.0.0.1', port: world.product.mailPort, ignoreTLS: true }).sendMail({
    from: { name: customer.name, address: customer.email },
    to: replyTo?.value[0]?.address,
    subject: mail.subject,
    inReplyTo: messageId,
    text: `${text}\n\nOn Mon, 23 Nov 2026 at 09:00, ${mail.fromText} wrote:\n\n${quote}`,
  });
  await settle(world);
}
