import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type MailSandbox, startMailSandbox } from './server.ts';

let sandbox: MailSandbox;

beforeAll(async () => {
  sandbox = await startMailSandbox({ sizeLimit: 100_000 });
});

beforeEach(() => {
  sandbox.clear();
  sandbox.faults.clear();
});

afterAll(() => sandbox.close());

function send(to: string, more: object = {}): Promise<unknown> {
  const mail = { from: 'Orgdesk <no-reply@orgdesk.example>', to, subject: 'Hello', text: 'Hi', ...more };
  return createTransport(sandbox.url).sendMail(mail);
}

describe('a message', () => {
  test('lies in the mailbox of its recipient, read as people read it', async () => {
    const html =
      '<p>Join <b>Żółw &amp; Co</b>: <a href="https://orgdesk.example/i/abc?a=1&amp;b=2">Accept</a></p>';
    const text = 'Join: https://orgdesk.example/i/abc?a=1&b=2 or https://orgdesk.example/help.';
    const headers = { 'X-Org': 'o1', 'List-Unsubscribe': '<https://orgdesk.example/u>' };
    await send('Bob@Example.com', { subject: 'Żółw invites you', html, text, headers });
    const [message] = sandbox.mailbox('bob@example.com');
    expect(message).toMatchObject({
      from: 'no-reply@orgdesk.example',
      fromText: '"Orgdesk" <no-reply@orgdesk.example>',
      to: ['Bob@example.com'],
      recipients: ['Bob@example.com'],
      subject: 'Żółw invites you',
      text: expect.stringContaining('Join: https://'),
      html: expect.stringContaining('Żółw &amp; Co'),
      headers: { 'x-org': ['o1'], 'list-unsubscribe': ['<https://orgdesk.example/u>'] },
      messageId: expect.stringMatching(/^<.+@.+>$/),
    });
    expect(message?.links).toEqual(['https://orgdesk.example/i/abc?a=1&b=2', 'https://orgdesk.example/help']);
    expect(sandbox.mailbox('carol@example.com')).toEqual([]);
  });

  test('is waited for', async () => {
    const waiting = sandbox.waitFor('bob@example.com', ({ subject }) => subject === 'Second');
    await send('bob@example.com', { subject: 'First' });
    await send('bob@example.com', { subject: 'Second' });
    expect((await waiting).subject).toBe('Second');
    expect((await sandbox.waitFor('bob@example.com')).subject).toBe('Second');
    expect(sandbox.messages().map(({ subject }) => subject)).toEqual(['First', 'Second']);
    await expect(
      sandbox.waitFor('bob@example.com', ({ subject }) => subject === 'Third', 20),
    ).rejects.toThrow('only "First", "Second" came');
  });
});

describe('what the relay refuses of itself', () => {
  test('a wrong password', async () => {
    const url = new URL(sandbox.url);
    url.password = 'wrong';
    const mail = { from: 'a@example.com', to: 'b@example.com', text: 'x' };
    await expect(createTransport(url.href).sendMail(mail)).rejects.toMatchObject({ responseCode: 535 });
  });

  test('a message that is too large', async () => {
    await expect(send('bob@example.com', { text: 'x'.repeat(200_000) })).rejects.toMatchObject({
      responseCode: 552,
    });
    expect(sandbox.messages()).toEqual([]);
  });

  test('an address that is none', async () => {
    const envelope = { from: 'no-reply@orgdesk.example', to: ['bob@localhost'] };
    await expect(send('x@example.com', { envelope })).rejects.toMatchObject({ responseCode: 501 });
    expect(sandbox.messages()).toEqual([]);
  });
});

describe('faults', () => {
  test('a recipient is refused for good, another is not', async () => {
    sandbox.faults.next({ kind: 'refuse-recipient', address: 'gone@example.com' });
    await send('bob@example.com');
    await expect(send('Gone@example.com')).rejects.toMatchObject({ responseCode: 550 });
    await send('gone@example.com');
    expect(sandbox.mailbox('gone@example.com')).toHaveLength(1);
  });

  test.each(['temporary-recipient', 'temporary-message'] as const)(
    '%s is over after a while',
    async (kind) => {
      sandbox.faults.next({ kind, times: 2 });
      await expect(send('bob@example.com')).rejects.toMatchObject({ responseCode: 451 });
      await expect(send('bob@example.com')).rejects.toMatchObject({ responseCode: 451 });
      await send('bob@example.com');
      expect(sandbox.mailbox('bob@example.com')).toHaveLength(1);
    },
  );

  test('a refused connection', async () => {
    sandbox.faults.next({ kind: 'refuse-connection' });
    await expect(send('bob@example.com')).rejects.toThrow('421');
    await send('bob@example.com');
  });

  test('a delayed answer leaves the message undelivered until then', async () => {
    let answer = (): void => undefined;
    const hit = new Promise<void>((isHit) => {
      const until = () => {
        isHit();
        return new Promise<void>((resolve) => {
          answer = resolve;
        });
      };
      sandbox.faults.next({ kind: 'delay', until });
    });
    const sent = send('bob@example.com');
    await hit;
    expect(sandbox.mailbox('bob@example.com')).toEqual([]);
    answer();
    await sent;
    expect(sandbox.mailbox('bob@example.com')).toHaveLength(1);
  });

  test('after close nothing connects', async () => {
    const other = await startMailSandbox();
    await other.close();
    await expect(
      createTransport(other.url).sendMail({ from: 'a@example.com', to: 'b@example.com', text: 'x' }),
    ).rejects.toMatchObject({ code: 'ESOCKET' });
  });
});
