import { simpleParser } from 'mailparser';
import { createTransport } from 'nodemailer';
import { describe, expect, it } from 'vitest';
import { identify } from '../../src/domain/members/identify.ts';
import { openTicket } from '../../src/domain/tickets/open-ticket.ts';
import { recordNote } from '../../src/domain/tickets/say/record-note.ts';
import { recordReply } from '../../src/domain/tickets/say/record-reply.ts';
import { setStatus } from '../../src/domain/tickets/set-status.ts';
import type { Message } from '../sandbox/mail/mailboxes.ts';
import { openDesk } from '../setup/desk.ts';
import { queueBackends } from '../setup/redis.ts';
import { useWorld } from '../setup/world.ts';

const token = 'a-token-of-the-provider';
const environment = { INBOUND_DOMAIN: 'reply.orgdesk.example', INBOUND_TOKEN: token, INBOUND_SMTP_PORT: '0' };
const cara = 'cara@new.example';

describe.each(await queueBackends())('a ticket by mail, on $name', (backend) => {
  const world = useWorld(backend, environment);

  /** Answers a mail as a mail program does: to its reply address, in its conversation, with the quote below. */
  async function answer(mail: Message, text: string, more: object = {}) {
    const { replyTo, messageId, references } = await simpleParser(mail.raw);
    const quote = mail.text.replace(/^/gm, '> ');
    await createTransport({ host: '127.0.0.1', port: world.product.mailPort, ignoreTLS: true }).sendMail({
      from: `Cara <${cara}>`,
      to: replyTo?.value[0]?.address,
      subject: mail.subject.replace(/^(Re: )?/, 'Re: '),
      inReplyTo: messageId,
      references: [...[references ?? []].flat(), messageId ?? ''],
      text: `${text}\n\nOn Mon, 23 Nov 2026 at 09:00, ${mail.fromText} wrote:\n\n${quote}`,
      ...more,
    });
    await world.settle();
  }

  it('goes from an agent to the customer and back, note apart, until it is resolved and opened again', async () => {
    const { context } = world.product;
    const { database } = context;
    const desk = await openDesk(Object.assign(world, { context }), { name: 'Harbour Support' });
    const { teamId } = desk;
    const person = await desk.add({ role: 'agent', name: 'Agnes Agent' });
    const agent = await identify(context, { teamId, userId: person.user.id, name: 'Agnes Agent' });
    const opened = await openTicket(context, agent, {
      title: 'The kettle is cold',
      description: 'Cara telephoned: it does not boil.',
      requester: { name: 'Cara', email: cara },
    });
    const ticketId = opened.id;
    await world.settle();
    const [acknowledged] = world.mail.mailbox(cara);
    expect(acknowledged?.subject).toBe(`[${opened.number}] The kettle is cold`);

    await recordNote(context, agent, { ticketId, slackTs: '1.000001', text: 'She is SECRETly important.' });
    await recordReply(context, agent, {
      ticketId,
      slackTs: '1.000002',
      text: 'Is the plug *in*?',
      files: [],
    });
    await world.settle();
    const reply = world.mail.mailbox(cara).at(-1) as Message;
    expect(reply.text).toContain('Is the plug *in*?');
    expect(reply.headers['in-reply-to']).toEqual([acknowledged?.messageId]);

    await setStatus(context, agent, { ticketId, status: 'resolved' });
    await answer(reply, 'It was not. Thank you!', { messageId: '<thanks@new.example>' });
    await recordReply(context, agent, { ticketId, slackTs: '1.000003', text: 'You are welcome.', files: [] });
    await world.settle();
    const last = world.mail.mailbox(cara).at(-1) as Message;
    expect(last.headers['in-reply-to']).toEqual(['<thanks@new.example>']);
    expect(last.headers.references?.[0]?.split(' ')).toEqual([
      acknowledged?.messageId,
      reply.messageId,
      '<thanks@new.example>',
    ]);

    // The same mail once more, an absence and a stranger change nothing.
    await answer(reply, 'It was not. Thank you!', { messageId: '<thanks@new.example>' });
    await answer(last, 'I am away.', { headers: { 'Auto-Submitted': 'auto-replied' } });
    await answer(last, 'I am Eve.', { from: 'eve@evil.example' });
    const said = await database.ticketMessage.findMany({ where: { ticketId }, orderBy: { id: 'asc' } });
    expect(said.map(({ text, mailStatus }) => [text, mailStatus])).toEqual([
      ['Cara telephoned: it does not boil.', null],
      ['Is the plug *in*?', 'sent'],
      ['It was not. Thank you!', null],
      ['You are welcome.', 'sent'],
    ]);
    expect(await database.ticket.findUniqueOrThrow({ where: { id: ticketId } })).toMatchObject({
      status: 'open',
    });
    for (const { raw } of world.mail.messages()) expect(raw).not.toContain('SECRET');
    expect(JSON.stringify(world.logged)).not.toMatch(/Thank you!|SECRET|I am away/);
  });

  it('goes on in a new ticket where it was closed, by a mail that a provider posts', async () => {
    const { context } = world.product;
    const { database } = context;
    const desk = await openDesk(Object.assign(world, { context }));
    const { teamId, owner } = desk;
    const actor = await identify(context, { teamId, userId: owner.user.id, name: 'Olivia Owner' });
    const dora = 'dora@new.example';
    const ticket = await openTicket(context, actor, {
      title: 'Two cups',
      description: 'One is missing.',
      requester: { name: 'Dora', email: dora },
    });
    await world.settle();
    await setStatus(context, actor, { ticketId: ticket.id, status: 'closed' });
    const { replyTo } = await simpleParser(world.mail.mailbox(dora).at(-1)?.raw ?? '');
    const mail = {
      from: { address: dora, name: 'Dora' },
      to: [{ address: replyTo?.value[0]?.address }],
      text: 'Both are missing now.',
      messageId: '<dora@new.example>',
    };
    const post = () =>
      fetch(`${world.url}/mail/inbound`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(mail),
      });
    expect((await post()).status).toBe(202);
    expect((await post()).status).toBe(202);
    await world.settle();
    const following = await database.ticket.findMany({
      where: { precedingId: ticket.id },
      include: { messages: true },
    });
    expect(following).toMatchObject([
      { source: 'email', title: 'Two cups', messages: [{ text: 'Both are missing now.' }] },
    ]);
    const told = world.mail.mailbox(dora).at(-1);
    expect(told?.subject).toMatch(/^\[TKT-002\] Two cups$/);
    expect(told?.headers['auto-submitted']).toEqual(['auto-replied']);
  });
});
