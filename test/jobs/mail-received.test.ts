import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { createConversationTokens } from '../../src/domain/tickets/conversation/conversation-token.ts';
import { deleteTicket } from '../../src/domain/tickets/deletion/delete-ticket.ts';
import { createReplyAddresses } from '../../src/domain/tickets/mail/reply-address.ts';
import { storeMail } from '../../src/domain/tickets/mail/store-mail.ts';
import type { TakeMailContext } from '../../src/domain/tickets/mail/take-mail.ts';
import { mergeTicket } from '../../src/domain/tickets/merge/merge-ticket.ts';
import { mailReceived } from '../../src/jobs/mail-received.ts';
import { useStage } from '../domain/invitations/stage.ts';
import { anyTicket, openTicketDesk, type TicketDesk } from '../domain/tickets/desk.ts';
import { pdf, png } from '../domain/tickets/files.ts';

const stage = useStage();
const replyAddresses = createReplyAddresses({
  domain: 'reply.orgdesk.example',
  keys: [{ key: Buffer.alloc(32, 5) }],
});
let context: TakeMailContext;
let desk: TicketDesk;
let ticket: { id: string; number: string };
let recipient: string;
let logged: Record<string, unknown>[];
const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) });

beforeEach(async () => {
  logged = [];
  await stage.database.intake.deleteMany();
  context = { ...stage.context, replyAddresses };
  desk = await openTicketDesk(stage);
  ticket = await anyTicket(stage, desk.agent, {
    requester: { name: 'Cara Customer', email: 'cara@new.example' },
  });
  recipient = await addressFor(ticket.id);
});

async function addressFor(ticketId: string): Promise<string> {
  const { requesterId } = await stage.database.ticket.findUniqueOrThrow({ where: { id: ticketId } });
  return replyAddresses.addressOf({ ticketId, customerId: requesterId });
}

let sequence = 0;
/** A mail on the wire, from the customer unless told. */
function mime(text: string, headers: Record<string, string> = {}, more = ''): Buffer {
  sequence += 1;
  const all: Record<string, string> = {
    From: 'Cara Customer <Cara@New.example>',
    To: recipient,
    Subject: `Re: [${ticket.number}] The kettle is cold`,
    'Message-ID': `<answer${sequence}@new.example>`,
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    ...headers,
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${text.replace(/\n/g, '\r\n')}\r\n${more}`);
}

it('does not bring the link of our mail, in a quote that is kept, into the thread', async () => {
  const token = createConversationTokens({ keys: [{ key: Buffer.alloc(32, 5) }] }).tokenOf(ticket.id);
  const quoted = `> See the whole conversation:\n> https://desk.example/t/${token}`;
  await receive(mime(`${quoted}\nThat page is empty.\n> Reply to this e-mail\nAnd I did.`));
  const [, message] = await stage.database.ticketMessage.findMany({
    where: { ticketId: ticket.id },
    orderBy: { id: 'asc' },
  });
  expect(message?.text).toContain('https://desk.example/t/odt_…');
  expect(message?.text).not.toContain(token);
});

it('to a ticket that was merged is recorded in the one that goes on; to one that was deleted it is dropped', async () => {
  const target = await anyTicket(stage, desk.agent, {
    requester: { name: 'Cara Customer', email: 'cara@new.example' },
  });
  await mergeTicket(context, desk.admin, { ticketId: ticket.id, into: target.number });
  await receive(mime('Still cold.'), { twice: true });
  expect((await answers(target.id)).map(({ text }) => text)).toEqual(['Still cold.']);
  expect(await answers()).toEqual([]);
  const confirmation = ticket.number;
  await deleteTicket(context, desk.admin, { ticketId: ticket.id, confirmation });
  logged = [];
  await receive(mime('Anybody there?'));
  expect(logged).toMatchObject([{ msg: 'A mail was dropped.', reason: 'no_ticket' }]);
  expect(await answers(target.id)).toHaveLength(1);
});

/** Stores a mail as the listener does, and handles it. */
async function receive(
  body: Buffer,
  { envelopeFrom = 'cara@new.example', to = recipient, twice = false } = {},
) {
  const messageId = /^Message-ID: (.*)\r$/m.exec(body.toString())?.[1] ?? null;
  await storeMail(context, { arrival: { form: 'mime', envelopeFrom, recipient: to }, messageId, body });
  const rows = await stage.database.outboxRow.findMany({
    where: { topic: 'mail.received' },
    orderBy: { id: 'asc' },
  });
  const row = rows.at(-1);
  const run = () =>
    mailReceived.run(context, row?.payload as { key: string }, { outboxId: row?.id ?? '', attempt: 1, log });
  await run();
  if (twice) await run();
}

async function receiveJson(mail: object, to = recipient) {
  const body = Buffer.from(JSON.stringify(mail));
  await storeMail(context, { arrival: { form: 'json', recipient: to }, messageId: null, body });
  const [row] = await stage.database.outboxRow.findMany({
    where: { topic: 'mail.received' },
    orderBy: { id: 'desc' },
  });
  await mailReceived.run(context, row?.payload as { key: string }, {
    outboxId: row?.id ?? '',
    attempt: 1,
    log,
  });
}

/** What the customer said in a ticket after opening it. */
const answers = async (ticketId = ticket.id) => {
  const rows = await stage.database.ticketMessage.findMany({
    where: { ticketId, customerId: { not: null } },
    orderBy: { id: 'asc' },
    include: { attachments: { orderBy: { id: 'asc' } } },
  });
  return rows.slice(1);
};
const texts = async () => (await answers()).map(({ text }) => text);
const dropped = () => logged.map(({ reason }) => reason);

describe('a customer’s answer by mail', () => {
  it('becomes a message of the ticket: their own words alone, with the mail’s id', async () => {
    await receive(
      mime(
        'It works now.\n\nOn Mon, 23 Nov 2026 at 09:00, Agnes <desk@orgdesk.example> wrote:\n> Restart it.\n\n-- \nCara',
        {
          'Message-ID': '<answer@new.example>',
        },
      ),
    );
    expect(await answers()).toMatchObject([
      { text: 'It works now.', mailId: '<answer@new.example>', mailStatus: null },
    ]);
    expect(logged).toEqual([]);
  });

  it('is one message, however often it is delivered, handled or sent to us', async () => {
    const body = mime('Once');
    await receive(body, { twice: true });
    await receive(body);
    await receive(Buffer.concat([Buffer.from('Received: from elsewhere\r\n'), body]));
    await stage.database.intake.updateMany({
      where: { key: { startsWith: 'mail:' } },
      data: {
        handledAt: null,
        body: Buffer.concat([
          Buffer.from(`${JSON.stringify({ form: 'mime', envelopeFrom: 'c@d.example', recipient })}\n`),
          body,
        ]),
      },
    });
    await receive(body);
    expect(await texts()).toEqual(['Once']);
  });

  it('is one message, though twenty handle it at once', async () => {
    const body = mime('Once');
    await storeMail(context, {
      arrival: { form: 'mime', envelopeFrom: 'cara@new.example', recipient },
      messageId: '<parallel@new.example>',
      body,
    });
    const [row] = await stage.database.outboxRow.findMany({
      where: { topic: 'mail.received' },
      orderBy: { id: 'desc' },
    });
    const payload = row?.payload as { key: string };
    const run = () => mailReceived.run(context, payload, { outboxId: row?.id ?? '', attempt: 1, log });
    await Promise.all(Array.from({ length: 20 }, run));
    expect(await texts()).toEqual(['Once']);
  });

  it('leaves nothing of its body behind', async () => {
    await receive(mime('Once'));
    const rows = await stage.database.intake.findMany({ where: { key: { startsWith: 'mail:' } } });
    expect(rows.filter(({ body }) => body !== null)).toEqual([]);
  });

  it('opens a resolved ticket again, and goes on from a closed one in a new ticket', async () => {
    await stage.database.ticket.update({
      where: { id: ticket.id },
      data: { status: 'resolved', resolvedAt: context.now() },
    });
    await receive(mime('Still cold.'));
    expect(await stage.database.ticket.findUniqueOrThrow({ where: { id: ticket.id } })).toMatchObject({
      status: 'open',
    });
    await stage.database.ticket.update({ where: { id: ticket.id }, data: { status: 'closed' } });
    await receive(mime('Cold again.', { 'Message-ID': '<again@new.example>' }));
    const following = await stage.database.ticket.findMany({
      where: { precedingId: ticket.id },
      include: { messages: true },
    });
    expect(following).toMatchObject([
      { status: 'open', source: 'email', messages: [{ text: 'Cold again.', mailId: '<again@new.example>' }] },
    ]);
    expect(await texts()).toEqual(['Still cold.']);
  });

  it('is dropped where so many came within an hour that a program sends them, with a line in the log', async () => {
    const { requesterId: customerId } = await stage.database.ticket.findUniqueOrThrow({
      where: { id: ticket.id },
    });
    const said = (minutes: number) => ({
      id: context.newId(),
      ticketId: ticket.id,
      customerId,
      text: 'Again.',
      createdAt: new Date(context.now().getTime() - minutes * 60_000),
    });
    const before = Array.from({ length: 200 }, () => said(61));
    await stage.database.ticketMessage.createMany({
      data: [...before, ...Array.from({ length: 98 }, () => said(59))],
    });
    await receive(mime('The last one.'));
    await receive(mime('One too many.'));
    expect((await texts()).slice(298)).toEqual(['The last one.']);
    expect(logged).toMatchObject([{ reason: 'flood', ticketId: ticket.id }]);
  });

  it('may come from somebody else whose words stand in the ticket, and is theirs then', async () => {
    const colleague = {
      id: context.newId(),
      organizationId: desk.organization.id,
      email: 'carl@new.example',
    };
    await stage.database.customer.create({ data: { ...colleague, name: 'Carl', createdAt: context.now() } });
    await stage.database.ticketMessage.create({
      data: {
        id: context.newId(),
        ticketId: ticket.id,
        customerId: colleague.id,
        text: 'Me too',
        createdAt: context.now(),
      },
    });
    await receive(mime('And here.', { From: 'carl@new.example' }));
    expect((await answers()).at(-1)).toMatchObject({ text: 'And here.', customerId: colleague.id });
  });

  it.each([
    ['a stranger’s address', { From: 'Eve <eve@evil.example>' }],
    ['the customer’s name before a stranger’s address', { From: '"cara@new.example" <eve@evil.example>' }],
    ['two senders', { From: 'cara@new.example, eve@evil.example' }],
    ['no sender', { From: '' }],
    ['another organization’s customer', { From: 'other@new.example' }],
  ])('is dropped from %s, with a line in the log and nothing of its words', async (_, headers) => {
    await stage.database.customer.create({
      data: {
        id: context.newId(),
        organizationId: desk.organization.id,
        email: 'other@new.example',
        name: 'O',
        createdAt: context.now(),
      },
    });
    await receive(mime('SECRET', headers));
    expect(await texts()).toEqual([]);
    expect(logged).toMatchObject([{ reason: 'sender', ticketId: ticket.id }]);
    expect(JSON.stringify(logged)).not.toMatch(/SECRET|example/);
  });

  it.each<[string, Record<string, string>, string]>([
    ['auto-submitted', { 'Auto-Submitted': 'auto-replied' }, 'a@b.example'],
    ['precedence', { Precedence: 'bulk' }, 'a@b.example'],
    ['auto-response', { 'X-Auto-Response-Suppress': 'All' }, 'a@b.example'],
    ['null-return-path', {}, ''],
    ['report', { 'Content-Type': 'multipart/report; boundary=x' }, 'a@b.example'],
    ['loop', { 'X-Loop': 'cara@new.example' }, 'a@b.example'],
    [
      'loop',
      { 'Message-ID': '<message.01890000-0000-7000-8000-000000000001@orgdesk.example>' },
      'a@b.example',
    ],
  ])('is dropped where no person wrote it: %s %j', async (reason, headers, envelopeFrom) => {
    await receive(mime('I am away until Monday.', headers), { envelopeFrom });
    expect(await texts()).toEqual([]);
    expect(dropped()).toEqual([reason]);
  });

  it('is dropped where its address names no ticket: forged, of a ticket that is gone, or of another’s customer', async () => {
    const forged = recipient.replace(/.@/, (end) => (end === 'a@' ? 'b@' : 'a@'));
    await receive(mime('Hello'), { to: forged });
    const { requesterId } = await stage.database.ticket.findUniqueOrThrow({ where: { id: ticket.id } });
    await receive(mime('Hello'), {
      to: replyAddresses.addressOf({ ticketId: context.newId(), customerId: requesterId }),
    });
    await receive(mime('Hello'), {
      to: replyAddresses.addressOf({ ticketId: ticket.id, customerId: context.newId() }),
    });
    expect(dropped()).toEqual(['no_ticket', 'no_ticket', 'no_ticket']);
    expect(await texts()).toEqual([]);
  });
});

describe('what stands in a mail', () => {
  it('is read in its character set, from quoted-printable, base64 or HTML alone', async () => {
    await receive(
      mime('Gr=FC=DFe', {
        'Content-Type': 'text/plain; charset=iso-8859-1',
        'Content-Transfer-Encoding': 'quoted-printable',
      }),
    );
    await receive(mime(Buffer.from('Żółw').toString('base64'), { 'Content-Transfer-Encoding': 'base64' }));
    await receive(
      mime(
        '<p>It is <b>cold</b> &amp; dark.</p><script>alert(1)</script><img src="https://t.example/x.gif"><blockquote>Restart it.</blockquote>',
        {
          'Content-Type': 'text/html; charset=utf-8',
        },
      ),
    );
    await receive(mime('caf\ufffd', { 'Content-Type': 'text/plain; charset=nonsense' }));
    expect(await texts()).toEqual(['Grüße', 'Żółw', 'It is cold & dark.', expect.stringContaining('caf')]);
  });

  it('is kept without NUL, lone surrogates and marks that turn the text, and is cut with a word about it', async () => {
    await receiveJson({
      from: { address: 'cara@new.example' },
      to: [recipient],
      text: `a\u0000b\ud800c\u202ed\r\ne ${'😀'.repeat(10_001)}`,
    });
    const [text = ''] = await texts();
    expect(text.startsWith('abcd\ne 😀')).toBe(true);
    expect(text.endsWith('…\n\n(The mail was longer and is cut here.)')).toBe(true);
    expect(Array.from(text).length).toBeLessThan(10_060);
  });

  it('keeps what is for a thread alone harmless: a mention stays the letters that it is', async () => {
    await receive(mime('<!channel> <@U0BOB> note: secret 🔒'));
    expect(await texts()).toEqual(['<!channel> <@U0BOB> note: secret 🔒']);
  });

  it('brings its files, by their content; the others are named', async () => {
    const part = (name: string, type: string, bytes: Buffer) =>
      `--x\r\nContent-Type: ${type}; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${bytes.toString('base64')}\r\n`;
    const more = [
      '--x\r\nContent-Type: text/plain\r\n\r\nSee these.\r\n',
      part('kettle.png', 'application/octet-stream', png),
      part('offer.pdf', 'application/pdf', pdf),
      part('evil.png', 'image/png', Buffer.from('<svg onload="alert(1)"/>')),
      part('../../large.pdf', 'application/pdf', Buffer.concat([pdf, Buffer.alloc(10 * 1024 * 1024)])),
      '--x--\r\n',
    ].join('');
    await receive(mime('', { 'Content-Type': 'multipart/mixed; boundary=x' }, more));
    const [answer] = await answers();
    expect(answer?.text).toBe('See these.\n\n(Left out: evil.png, large.pdf, which is larger than 10 MB)');
    expect(answer?.attachments).toMatchObject([
      { name: 'kettle.png', contentType: 'image/png', size: png.length, content: new Uint8Array(png) },
      { name: 'offer.pdf', contentType: 'application/pdf' },
    ]);
  });

  it('may be files alone, and is dropped where there is nothing', async () => {
    const files = [{ filename: 'k.png', content: png.toString('base64').replace(/.{20}/g, '$&\r\n') }];
    await receiveJson({ from: { address: 'cara@new.example' }, to: [recipient], attachments: files });
    expect(await answers()).toMatchObject([{ text: '', attachments: [{ name: 'k.png' }] }]);
    await receiveJson({ from: { address: 'cara@new.example' }, to: [recipient], text: ' \n ' });
    expect(dropped()).toEqual(['empty']);
  });

  it('comes as JSON in the same way: HTML alone, headers of any case, a list of addresses', async () => {
    await receiveJson({
      from: { address: 'Cara@new.example', name: 'Cara' },
      to: [{ address: 'x@y.example' }, `Desk <${recipient.toUpperCase()}>`],
      html: '<div>Yes, <i>please</i>.</div><div>On Mon, 23 Nov 2026 at 09:00, A &lt;a@b.example&gt; wrote:</div><blockquote>Shall we?</blockquote>',
      headers: { 'Message-Id': '<json@new.example>' },
    });
    expect(await answers()).toMatchObject([{ text: 'Yes, please.', mailId: '<json@new.example>' }]);
    await receiveJson({
      from: { address: 'cara@new.example' },
      to: [recipient],
      text: 'Away',
      headers: { 'AUTO-SUBMITTED': ['auto-replied'] },
    });
    expect(dropped()).toEqual(['auto-submitted']);
  });
});
