import { connect } from 'node:net';
import { createTransport } from 'nodemailer';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '../../src/database/client.ts';
import { createReplyAddresses } from '../../src/domain/tickets/mail/reply-address.ts';
import { type MailListener, startMailListener } from '../../src/mail/listener.ts';
import { useStage } from '../domain/organizations/setup.ts';

const stage = useStage();
const replyAddresses = createReplyAddresses({
  domain: 'reply.orgdesk.example',
  keys: [{ key: Buffer.alloc(32, 5) }],
});
const reference = () => ({ ticketId: stage.context.newId(), customerId: stage.context.newId() });
const logged: string[] = [];
const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
let listener: MailListener;
let lmtp: MailListener;

beforeAll(async () => {
  const parts = { context: stage.context, replyAddresses, host: '127.0.0.1', port: 0, log };
  listener = await startMailListener({ ...parts, protocol: 'smtp' });
  lmtp = await startMailListener({ ...parts, protocol: 'lmtp' });
});
beforeEach(async () => {
  await stage.database.intake.deleteMany();
  await stage.database.outboxRow.deleteMany();
});
afterAll(async () => {
  await listener.stop();
  await lmtp.stop();
});

const send = (to: string | string[], more: object = {}, { port } = listener) =>
  createTransport({ host: '127.0.0.1', port, lmtp: port === lmtp.port, ignoreTLS: true }).sendMail({
    from: 'cara@new.example',
    to,
    subject: 'Re: [TKT-001]',
    text: 'It works now.',
    ...more,
  });
const stored = () => stage.database.intake.findMany();
const jobs = () => stage.database.outboxRow.findMany({ where: { topic: 'mail.received' } });

describe.each(['smtp', 'lmtp'] as const)('the mail listener, by %s', (protocol) => {
  const on = () => (protocol === 'smtp' ? listener : lmtp);

  it('stores a mail for a reply address, with its job, before it says that it has it', async () => {
    const recipient = replyAddresses.addressOf(reference());
    await send(recipient, {}, on());
    const [row] = await stored();
    const text = Buffer.from(row?.body ?? []).toString();
    expect(JSON.parse(text.slice(0, text.indexOf('\n')))).toEqual({
      form: 'mime',
      envelopeFrom: 'cara@new.example',
      recipient,
    });
    expect(text).toContain('\nFrom: cara@new.example\r\n');
    expect(text).toContain('It works now.');
    expect(await jobs()).toMatchObject([{ payload: { key: row?.key }, status: 'pending' }]);
  });

  it('relays nothing: whoever is no reply address of ours is refused for good', async () => {
    const ours = replyAddresses.addressOf(reference());
    const forged = ours.replace(/.@/, (end) => (end === 'a@' ? 'b@' : 'a@'));
    for (const to of [
      'eve@evil.example',
      forged,
      'support@reply.orgdesk.example',
      ours.replace('orgdesk', 'evil'),
    ]) {
      await expect(send(to, {}, on())).rejects.toMatchObject({ responseCode: 550 });
    }
    await send([ours, 'eve@evil.example'], {}, on());
    expect(await stored()).toHaveLength(1);
  });
});

describe('the mail listener', () => {
  it('answers LMTP for each address of a mail', async () => {
    const both = [replyAddresses.addressOf(reference()), replyAddresses.addressOf(reference())];
    const { accepted } = await send(both, {}, lmtp);
    expect(accepted).toEqual(both);
    expect(await stored()).toHaveLength(2);
  });

  it('stores a mail once that is delivered a hundred times, and once for each address', async () => {
    const [one, other] = [replyAddresses.addressOf(reference()), replyAddresses.addressOf(reference())];
    const messageId = '<same@new.example>';
    const pool = createTransport({ host: '127.0.0.1', port: listener.port, pool: true, maxConnections: 10 });
    const mail = { from: 'cara@new.example', to: one.toUpperCase(), text: 'x', messageId };
    await Promise.all(Array.from({ length: 100 }, () => pool.sendMail(mail)));
    pool.close();
    await send([one, other], { messageId });
    expect(await stored()).toHaveLength(2);
    expect(await jobs()).toHaveLength(2);
  });

  it('lets nobody keep another’s mail away by its Message-ID', async () => {
    await send(replyAddresses.addressOf(reference()), { messageId: '<same@new.example>' });
    await send(replyAddresses.addressOf(reference()), { messageId: '<same@new.example>' });
    expect(await stored()).toHaveLength(2);
  });

  it('knows mails without a Message-ID by their bytes', async () => {
    const recipient = replyAddresses.addressOf(reference());
    const envelope = { from: 'cara@new.example', to: [recipient] };
    for (const text of ['One', 'One', 'Two'])
      await send(recipient, { envelope, raw: `Subject: x\r\n\r\n${text}` });
    expect(await stored()).toHaveLength(2);
  });

  it('keeps the empty return path of what must not be answered', async () => {
    const recipient = replyAddresses.addressOf(reference());
    await send(recipient, { envelope: { from: '', to: [recipient] } });
    const [row] = await stored();
    expect(Buffer.from(row?.body ?? []).toString()).toContain('"envelopeFrom":""');
  });

  it('refuses a mail that is too large, and stores nothing of it', async () => {
    const recipient = replyAddresses.addressOf(reference());
    const large = { attachments: [{ filename: 'a.bin', content: Buffer.alloc(20_000_000, 1) }] };
    await expect(send(recipient, large)).rejects.toMatchObject({ responseCode: 552 });
    expect(await stored()).toEqual([]);
  });

  it('asks to be tried again while nothing can be stored, and says so in the log without a word of the mail', async () => {
    const away = { ...stage.context, database: createDatabase('postgresql://nobody@127.0.0.1:1/nowhere') };
    const other = await startMailListener({
      context: away,
      replyAddresses,
      host: '127.0.0.1',
      port: 0,
      protocol: 'smtp',
      log,
    });
    const recipient = replyAddresses.addressOf(reference());
    await expect(send(recipient, {}, other)).rejects.toMatchObject({ responseCode: 451 });
    await other.stop();
    expect(logged.some((line) => line.includes('could not be stored'))).toBe(true);
    expect(logged.join()).not.toContain('It works now.');
  });

  it('takes nothing from a conversation that breaks off', async () => {
    const recipient = replyAddresses.addressOf(reference());
    await new Promise<void>((resolve, reject) => {
      const socket = connect(listener.port, '127.0.0.1');
      const say = [
        'EHLO x',
        'MAIL FROM:<a@b.example>',
        `RCPT TO:<${recipient}>`,
        'DATA',
        'Subject: x\r\n\r\nHalf a mail',
      ];
      socket.on('data', (answer) => {
        // An answer of several lines counts when its last line is there.
        if (!/^\d{3} /m.test(answer.toString())) return;
        const line = say.shift();
        if (line === undefined) return;
        socket.write(`${line}\r\n`);
        if (say.length === 0) socket.end();
      });
      socket.on('close', () => resolve());
      socket.on('error', reject);
    });
    await send(replyAddresses.addressOf(reference()));
    expect(await stored()).toHaveLength(1);
  });
});
