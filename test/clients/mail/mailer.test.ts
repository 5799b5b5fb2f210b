import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RetryableFailure } from '../../../src/clients/failures.ts';
import { createMailer, type Mail, type Mailer, MailRefused } from '../../../src/clients/mail/mailer.ts';
import { type MailSandbox, startMailSandbox } from '../../sandbox/mail/server.ts';

let relay: MailSandbox;
let mailer: Mailer;

beforeAll(async () => {
  relay = await startMailSandbox();
  mailer = createMailer({ url: relay.url, from: 'Orgdesk <desk@orgdesk.example>' });
});
afterEach(() => {
  relay.faults.clear();
  relay.clear();
});
afterAll(async () => {
  mailer.close();
  await relay.close();
});

const mail: Mail = {
  to: 'ada@new.example',
  subject: 'Your invite',
  html: '<p>Hello</p>',
  text: 'Hello',
  key: '01890000-0000-7000-8000-000000000001',
};

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('the mailer', () => {
  it('gives the relay both parts, from the configured sender, under a Message-ID made of the key', async () => {
    await mailer.send(mail);
    await mailer.send(mail);
    const [message, again] = relay.mailbox('ada@new.example');
    expect(message).toMatchObject({ subject: 'Your invite', html: '<p>Hello</p>', to: ['ada@new.example'] });
    expect(message?.text.trim()).toBe('Hello');
    expect(message?.fromText).toContain('Orgdesk');
    expect(message?.from).toBe('desk@orgdesk.example');
    expect(message?.messageId).toBe(`<${mail.key}@orgdesk.example>`);
    expect(again?.messageId).toBe(message?.messageId);
    expect(message?.headers['auto-submitted']).toEqual(['auto-generated']);
  });

  it('lets no line break in a subject begin another header', async () => {
    await mailer.send({ ...mail, subject: 'Harbour\r\nBcc: eve@evil.example\n\nText\u2028more' });
    const [message] = relay.messages();
    expect(message?.subject).toBe('Harbour Bcc: eve@evil.example Text more');
    expect(message?.recipients).toEqual(['ada@new.example']);
    expect(message?.headers.bcc).toBeUndefined();
  });

  it.each(['ada@new.example, eve@evil.example', 'ada@new.example\r\nRCPT TO:<eve@evil.example>', 'nobody'])(
    'delivers nothing to anybody for the address %j',
    async (to) => {
      await failure(mailer.send({ ...mail, to }));
      expect(relay.mailbox('eve@evil.example')).toEqual([]);
    },
  );

  it('says of a refused recipient that it is refused for good, without repeating the address', async () => {
    relay.faults.next({ kind: 'refuse-recipient' });
    const error = await failure(mailer.send(mail));
    expect(error).toBeInstanceOf(MailRefused);
    expect(String(error)).toContain('550');
    expect(String(error)).not.toContain('ada@');
  });

  it.each([
    { kind: 'temporary-recipient' },
    { kind: 'temporary-message' },
    { kind: 'refuse-connection' },
  ] as const)('says of $kind that it may be tried again', async (fault) => {
    // A connection of its own: one that is kept open meets no refusal of connections.
    const other = createMailer({ url: relay.url, from: 'desk@orgdesk.example' });
    relay.faults.next(fault);
    expect(await failure(other.send(mail))).toBeInstanceOf(RetryableFailure);
    await other.send(mail);
    expect(relay.messages()).toHaveLength(1);
    other.close();
  });

  it('takes a wrong password for something that an operator can mend', async () => {
    const other = createMailer({
      url: relay.url.replace(/:[^:@]+@/, ':wrong@'),
      from: 'desk@orgdesk.example',
    });
    const error = await failure(other.send(mail));
    expect(error).toBeInstanceOf(RetryableFailure);
    expect(String(error)).not.toContain('wrong');
    other.close();
  });

  it('does not wait for a relay that says nothing, nor for one that is away', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const hanging = createMailer({
      url: `smtp://127.0.0.1:${port}`,
      from: 'desk@orgdesk.example',
      timeout: 200,
    });
    expect(await failure(hanging.send(mail))).toBeInstanceOf(RetryableFailure);
    hanging.close();
    await new Promise((resolve) => silent.close(resolve));
    const away = createMailer({ url: `smtp://127.0.0.1:${port}`, from: 'desk@orgdesk.example' });
    expect(await failure(away.send(mail))).toBeInstanceOf(RetryableFailure);
    away.close();
  });
});
