import { simpleParser } from 'mailparser';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RetryableFailure } from '../../src/clients/failures.ts';
import { createMailer, type Mailer } from '../../src/clients/mail/mailer.ts';
import { NotInstalled } from '../../src/clients/slack/not-installed.ts';
import { asRefusal } from '../../src/domain/errors.ts';
import { createConversationTokens } from '../../src/domain/tickets/conversation/conversation-token.ts';
import { createReplyAddresses } from '../../src/domain/tickets/mail/reply-address.ts';
import { retryMail } from '../../src/domain/tickets/mail/retry-mail.ts';
import { editMessage } from '../../src/domain/tickets/say/edit-message.ts';
import { ticketAcknowledge } from '../../src/jobs/ticket-acknowledge.ts';
import { type TicketReplyContext, ticketMail } from '../../src/jobs/ticket-mail.ts';
import { useStage } from '../domain/invitations/stage.ts';
import { anyTicket, openTicketDesk, type TicketDesk } from '../domain/tickets/desk.ts';
import { png } from '../domain/tickets/files.ts';
import { type MailSandbox, startMailSandbox } from '../sandbox/mail/server.ts';
import { seedOrganization } from '../setup/organization.ts';

const stage = useStage();
const replyAddresses = createReplyAddresses({
  domain: 'reply.orgdesk.example',
  keys: [{ key: Buffer.alloc(32, 5) }],
});
const conversationTokens = createConversationTokens({ keys: [{ key: Buffer.alloc(32, 5) }] });
const publicUrl = (path: string) => `https://desk.example${path}`;
/** The workspace has removed the app: mails go out all the same. */
const notInstalled = (teamId: string) => {
  throw new NotInstalled(teamId);
};
const log = pino({ level: 'silent' });
const customer = { name: 'Cara Customer', email: 'cara@new.example' };
let relay: MailSandbox;
let mailer: Mailer;
let context: TicketReplyContext;
let desk: TicketDesk;
let ticket: { id: string; number: string };

beforeAll(async () => {
  relay = await startMailSandbox();
  mailer = createMailer({ url: relay.url, from: 'Orgdesk <desk@orgdesk.example>' });
});
beforeEach(async () => {
  context = {
    ...stage.context,
    mailer,
    replyAddresses,
    conversationTokens,
    publicUrl,
    slack: notInstalled,
  };
  desk = await openTicketDesk(stage);
  ticket = await anyTicket(stage, desk.agent, { requester: customer });
});
afterEach(() => {
  relay.faults.clear();
  relay.clear();
});
afterAll(async () => {
  mailer.close();
  await relay.close();
});

/** A reply as the thread records it, waiting to be mailed. */
async function reply(text: string, more: object = {}): Promise<string> {
  const id = context.newId();
  const { memberId } = desk.agent;
  const data = { id, ticketId: ticket.id, memberId, text, mailStatus: 'queued' as const };
  await stage.database.ticketMessage.create({ data: { ...data, createdAt: context.now(), ...more } });
  return id;
}

const send = (messageId: string, parts: Partial<TicketReplyContext> = {}) =>
  ticketMail.run({ ...context, ...parts }, { messageId }, { outboxId: context.newId(), attempt: 1, log });
const acknowledge = (ticketId: string) =>
  ticketAcknowledge.run(context, { ticketId }, { outboxId: context.newId(), attempt: 1, log });
const rowOf = (id: string) => stage.database.ticketMessage.findUniqueOrThrow({ where: { id } });
const marks = async (messageId: string) => {
  const rows = await stage.database.outboxRow.findMany({ where: { topic: 'ticket.mark' } });
  return rows.filter(({ payload }) => (payload as { messageId: string }).messageId === messageId).length;
};

describe('an agent’s reply', () => {
  it('that is taken back while its mail is on the way: its writer is told that it went out', async () => {
    await stage.database.ticket.update({
      where: { id: ticket.id },
      data: { channelId: 'C0SUPPORT', messageTs: '1790000000.000100' },
    });
    const id = await reply('She is rude.');
    const late: Pick<Mailer, 'send'> = {
      send: async (mail) => {
        await mailer.send(mail);
        await stage.database.ticketMessage.update({ where: { id }, data: { deletedAt: context.now() } });
      },
    };
    await send(id, { mailer: late });
    await send(id);
    const whispers = await stage.database.outboxRow.findMany({ where: { topic: 'thread.whisper' } });
    expect(whispers.map(({ payload }) => payload)).toMatchObject([
      {
        userId: desk.agent.userId,
        threadTs: '1790000000.000100',
        text: expect.stringContaining('was on its way'),
      },
    ]);
  });

  it('reaches the customer as text and as HTML, under the agent’s name and the ticket’s number', async () => {
    await stage.database.slackPerson.create({
      data: {
        teamId: desk.organization.teamId,
        userId: 'U0BOB',
        name: 'Bob Builder',
        standing: 'full',
        seenAt: context.now(),
      },
    });
    const id = await reply('*Please* see <https://help.example/x|our page>, says <@U0BOB>. <!channel>');
    await send(id);
    const [mail] = relay.mailbox('cara@new.example');
    expect(mail).toMatchObject({
      subject: `Re: [${ticket.number}] The kettle is cold`,
      from: 'desk@orgdesk.example',
      fromText: '"Agnes Agent (Harbour Support)" <desk@orgdesk.example>',
      messageId: `<message.${id}@orgdesk.example>`,
    });
    const words =
      '*Please* see our page (https://help.example/x), says @Bob Builder. everyone in the channel';
    expect(mail?.text).toContain(words);
    expect(mail?.html).toContain('<strong>Please</strong> see <a href="https://help.example/x"');
    expect(mail?.html).toContain('our page</a> (https://help.example/x), says @Bob Builder.');
    for (const part of [mail?.text, mail?.html]) {
      expect(part).toContain('Please write your answer above this line.');
      expect(part).toContain('Agnes Agent, Harbour Support');
      expect(part).toContain(ticket.number);
    }
    expect(await rowOf(id)).toMatchObject({ mailStatus: 'sent', mailError: null });
    expect(await marks(id)).toBe(1);
  });

  it('has a signed address for answers, names its list, and is no automatic mail', async () => {
    await send(await reply('Hello'));
    const [mail] = relay.mailbox('cara@new.example');
    const { value } = (await simpleParser(mail?.raw ?? '')).replyTo ?? { value: [] };
    const { requesterId } = await stage.database.ticket.findUniqueOrThrow({ where: { id: ticket.id } });
    expect(replyAddresses.read(value[0]?.address ?? '')).toEqual({
      ticketId: ticket.id,
      customerMark: requesterId.slice(-8),
    });
    expect(mail?.headers['list-id']).toEqual([
      `"Harbour Support" <${desk.organization.id}.tickets.orgdesk.example>`,
    ]);
    expect(mail?.headers['auto-submitted']).toBeUndefined();
    expect(mail?.headers.precedence).toBeUndefined();
  });

  it('stands in one conversation with the mails before it, the customer’s too', async () => {
    const first = await reply('One');
    await send(first);
    const { requesterId: customerId } = await stage.database.ticket.findUniqueOrThrow({
      where: { id: ticket.id },
    });
    const answer = { memberId: null, customerId, mailStatus: null, mailId: '<answer@new.example>' };
    await reply('Two', answer);
    await reply('Hostile', { ...answer, mailId: '<x@y>\r\nBcc: eve@evil.example' });
    await reply('Waiting');
    const last = await reply('Three');
    await send(last);
    const [one, three] = relay.mailbox('cara@new.example');
    const root = `<ticket.${ticket.id}@orgdesk.example>`;
    expect(one?.headers).toMatchObject({ 'in-reply-to': [root], references: [root] });
    expect(three?.headers['in-reply-to']).toEqual(['<answer@new.example>']);
    expect(three?.headers.references).toEqual([
      `${root} <message.${first}@orgdesk.example> <answer@new.example>`,
    ]);
    expect(three?.headers.bcc).toBeUndefined();
  });

  it('takes its files along', async () => {
    const id = await reply('');
    const file = {
      id: context.newId(),
      ticketId: ticket.id,
      messageId: id,
      name: 'kettle "ü".png',
      contentType: 'image/png',
    };
    await stage.database.ticketAttachment.create({
      data: { ...file, size: png.length, content: png, createdAt: context.now() },
    });
    await send(id);
    const [mail] = relay.mailbox('cara@new.example');
    const { attachments } = await simpleParser(mail?.raw ?? '');
    expect(attachments).toMatchObject([
      { filename: 'kettle "ü".png', contentType: 'image/png', content: png },
    ]);
    expect(mail?.text).toContain('See the files with this e-mail.');
  });

  it('takes files of 15 MB in all along, and names the others, which stand in the conversation', async () => {
    const id = await reply('See these.');
    const sizes = { 'one.png': 9, 'two.png': 7, 'three.png': 6 };
    for (const [name, megabytes] of Object.entries(sizes)) {
      const content = Buffer.alloc(megabytes * 1024 * 1024, png);
      const file = {
        id: context.newId(),
        ticketId: ticket.id,
        messageId: id,
        name,
        contentType: 'image/png',
      };
      await stage.database.ticketAttachment.create({
        data: { ...file, size: content.length, content, createdAt: context.now() },
      });
    }
    const sent: Parameters<Mailer['send']>[0][] = [];
    await send(id, { mailer: { send: async (mail) => void sent.push(mail) } });
    expect(sent[0]?.attachments?.map(({ name }) => name)).toEqual(['one.png', 'three.png']);
    expect(sent[0]?.text).toContain('Too large for an e-mail, but in the conversation: two.png');
    expect(sent[0]?.html).toContain('two.png');
  });

  it('that is edited while its mail is on the way: its writer is told that the former words went out', async () => {
    await stage.database.ticket.update({
      where: { id: ticket.id },
      data: { channelId: 'C0SUPPORT', messageTs: '1790000000.000200' },
    });
    const id = await reply('It costs £5.', { slackTs: '1790000000.000300' });
    const late: Pick<Mailer, 'send'> = {
      send: async () => {
        const edit = {
          ticketId: ticket.id,
          slackTs: '1790000000.000300',
          text: 'It costs £6.',
          isNote: false,
        };
        expect(await editMessage(context, desk.agent, edit)).toMatchObject({ mailed: false });
      },
    };
    await send(id, { mailer: late });
    const whispers = await stage.database.outboxRow.findMany({
      where: { topic: 'thread.whisper', payload: { path: ['threadTs'], equals: '1790000000.000200' } },
    });
    expect(whispers.map(({ payload }) => payload)).toMatchObject([
      { userId: desk.agent.userId, text: expect.stringContaining('went out as it was before') },
    ]);
  });

  it('goes out as it reads then, and not at all once it was deleted or mailed', async () => {
    const edited = await reply('Before');
    await stage.database.ticketMessage.update({ where: { id: edited }, data: { text: 'After' } });
    await send(edited);
    await send(edited);
    await send(await reply('Gone', { deletedAt: context.now() }));
    await send(await reply('Never meant to be mailed', { mailStatus: null }));
    await send(context.newId());
    expect(relay.messages()).toHaveLength(1);
    expect(relay.messages()[0]?.text).toContain('After');
  });

  it('is recognizable when it goes out twice, after a crash between sending and recording', async () => {
    const id = await reply('Hello');
    await send(id);
    await stage.database.ticketMessage.update({ where: { id }, data: { mailStatus: 'queued' } });
    await send(id);
    const [one, two] = relay.messages();
    expect(two?.messageId).toBe(one?.messageId);
  });

  it('goes without a reply address where none comes back', async () => {
    await send(await reply('Hello'), { replyAddresses: undefined });
    const [mail] = relay.messages();
    expect(mail?.headers['reply-to']).toBeUndefined();
    expect(mail?.text).not.toContain('above this line');
    expect(mail?.text).not.toContain('Reply to this e-mail');
  });

  it('leads to its conversation, in text and HTML, by a link that opens this ticket alone', async () => {
    await send(await reply('Hello'));
    await acknowledge(ticket.id);
    await send(await reply('Hello'), { replyAddresses: undefined });
    const mails = relay.messages();
    expect(mails).toHaveLength(3);
    for (const { text, html } of mails) {
      const [, token = ''] = /^https:\/\/desk\.example\/t\/(\S+)$/m.exec(text) ?? [];
      expect(conversationTokens.read(token)).toBe(ticket.id);
      expect(html).toContain(`<a href="https://desk.example/t/${token}"`);
    }
    expect(mails[0]?.text).toContain('See the whole conversation:');
    // Where no answer by mail comes back, the page is where to answer.
    expect(mails[2]?.text).toContain('See the whole conversation, and answer:');
    // No row of the outbox, and so no job, has the token in it.
    const rows = JSON.stringify(await stage.database.outboxRow.findMany());
    expect(rows).toContain(ticket.id);
    expect(rows).not.toContain('odt_');
  });

  it('never carries an internal note', async () => {
    await stage.database.ticketNote.create({
      data: {
        id: context.newId(),
        ticketId: ticket.id,
        memberId: desk.agent.memberId,
        text: 'SECRET',
        createdAt: context.now(),
      },
    });
    await send(await reply('Hello'));
    await acknowledge(ticket.id);
    expect(relay.messages()).toHaveLength(2);
    for (const { raw } of relay.messages()) expect(raw).not.toContain('SECRET');
  });
});

describe('a reply that cannot be mailed', () => {
  it('is marked with the reason, once, and goes again when somebody has it tried again', async () => {
    const id = await reply('Hello');
    relay.faults.next({ kind: 'refuse-recipient', times: 2 });
    await send(id);
    await send(id);
    expect(await rowOf(id)).toMatchObject({
      mailStatus: 'failed',
      mailError: expect.stringContaining('refused'),
    });
    expect(await marks(id)).toBe(1);
    await retryMail(context, desk.agent, { messageId: id });
    // What is said of the failure goes away with the wish.
    expect(await marks(id)).toBe(2);
    expect((await rowOf(id)).mailStatus).toBe('queued');
    const again = await retryMail(context, desk.agent, { messageId: id }).catch(asRefusal);
    expect(again).toMatchObject({ code: 'mail_not_failed' });
    const rows = await stage.database.outboxRow.findMany({ where: { topic: 'ticket.mail' } });
    expect(rows.filter(({ payload }) => (payload as { messageId: string }).messageId === id)).toHaveLength(1);
    await send(id);
    expect(await rowOf(id)).toMatchObject({ mailStatus: 'sent', mailError: null });
    expect(await marks(id)).toBe(3);
  });

  it('is tried again while the relay is away, and marked when it is given up', async () => {
    const id = await reply('Hello');
    relay.faults.next({ kind: 'temporary-message' });
    await expect(send(id)).rejects.toThrow(RetryableFailure);
    expect((await rowOf(id)).mailStatus).toBe('queued');
    await stage.database.$transaction(async (transaction) => {
      await ticketMail.onParked?.(transaction, context, { messageId: id });
    });
    expect(await rowOf(id)).toMatchObject({ mailStatus: 'failed', mailError: 'It was tried several times.' });
    expect(await marks(id)).toBe(1);
  });

  it('goes once again, though twenty press at once', async () => {
    const id = await reply('Hello', { mailStatus: 'failed' });
    const pressed = await Promise.all(
      Array.from({ length: 20 }, () => retryMail(context, desk.agent, { messageId: id }).catch(asRefusal)),
    );
    expect(pressed.filter((refusal) => refusal === undefined)).toHaveLength(1);
    const rows = await stage.database.outboxRow.findMany({ where: { topic: 'ticket.mail' } });
    expect(rows.filter(({ payload }) => (payload as { messageId: string }).messageId === id)).toHaveLength(1);
  });

  it('is nobody else’s to send again', async () => {
    const id = await reply('Hello', { mailStatus: 'failed' });
    const other = await seedOrganization(stage.context);
    for (const messageId of [id, 'nonsense', context.newId()]) {
      expect(await retryMail(context, other.owner, { messageId }).catch(asRefusal)).toMatchObject({
        code: 'mail_unknown',
      });
    }
    const lapsed = { ...desk.agent, readOnly: 'lapsed' as const };
    expect(await retryMail(context, lapsed, { messageId: id }).catch(asRefusal)).toMatchObject({
      code: 'organization_lapsed',
    });
    expect((await rowOf(id)).mailStatus).toBe('failed');
  });
});

describe('hostile words', () => {
  it('come into no header, no element and no other mailbox', async () => {
    await stage.database.organization.update({
      where: { id: desk.organization.id },
      data: { name: 'Harbour"\r\nBcc: eve@evil.example\r\n\r\n<script>' },
    });
    await stage.database.member.update({
      where: { id: desk.agent.memberId },
      data: { name: 'Ag\u0007nes\r\nBcc: eve@evil.example, <eve@evil.example>' },
    });
    await stage.database.ticket.update({
      where: { id: ticket.id },
      data: { title: 'Kettle\r\nBcc: eve@evil.example\u2028<b>' },
    });
    await send(
      await reply('<script>alert(1)</script> &lt;img src=x onerror=alert(1)&gt; <javascript:alert(1)|x>'),
    );
    await acknowledge(ticket.id);
    expect(relay.mailbox('cara@new.example')).toHaveLength(2);
    expect(relay.mailbox('eve@evil.example')).toEqual([]);
    for (const { headers, html, from, recipients } of relay.messages()) {
      expect(headers.bcc).toBeUndefined();
      expect(from).toBe('desk@orgdesk.example');
      expect(recipients).toEqual(['cara@new.example']);
      expect(html).not.toMatch(/<script|<img|<b>|href="javascript/);
    }
  });
});

describe('the mail that acknowledges a ticket', () => {
  it('tells a customer for whom an agent opened one what was noted, and can be answered', async () => {
    await acknowledge(ticket.id);
    const [mail] = relay.mailbox('cara@new.example');
    expect(mail).toMatchObject({
      subject: `[${ticket.number}] The kettle is cold`,
      messageId: `<ticket.${ticket.id}@orgdesk.example>`,
    });
    expect(mail?.headers['auto-submitted']).toEqual(['auto-generated']);
    expect(mail?.headers['reply-to']?.[0]).toContain('reply+');
    expect(mail?.text).toContain('It does not boil.');
    expect(mail?.text).toContain('Hello Cara Customer,');
  });

  it('answers a customer who wrote themselves as an automatic reply', async () => {
    await stage.database.ticket.update({
      where: { id: ticket.id },
      data: { openedById: null, source: 'email' },
    });
    await acknowledge(ticket.id);
    const [mail] = relay.mailbox('cara@new.example');
    expect(mail?.headers).toMatchObject({
      'auto-submitted': ['auto-replied'],
      precedence: ['auto_reply'],
      'x-auto-response-suppress': ['All'],
    });
    // Their own words are not sent to an address that nobody has proven to be theirs.
    expect(mail?.text).not.toContain('It does not boil.');
  });

  it('is not sent to a member who opened a ticket for themselves, and a refused address parks nothing', async () => {
    await acknowledge((await anyTicket(stage, desk.agent)).id);
    expect(relay.messages()).toEqual([]);
    relay.faults.next({ kind: 'refuse-recipient' });
    await acknowledge(ticket.id);
    expect(relay.messages()).toEqual([]);
  });
});
