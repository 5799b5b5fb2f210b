import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { SMTPServerDataStream, SMTPServerOptions, SMTPServerSession } from 'smtp-server';
import { SMTPServer } from 'smtp-server';
import { type MailFault, MailFaults, smtpError } from './faults.ts';
import { Mailboxes, type Message } from './mailboxes.ts';

/** 10 MiB, what many relays take. */
const SIZE_LIMIT = 10 * 1024 * 1024;

export interface MailSandboxOptions {
  /** The largest message in bytes; 10 MiB unless told. */
  sizeLimit?: number;
}

/** A mail relay on a loopback port that delivers into mailboxes of its own. */
export interface MailSandbox {
  /** What `SMTP_URL` has to be, with name and password. */
  url: string;
  /** The messages to an address (in any case), oldest first. */
  mailbox(address: string): Message[];
  /** Every message, in the order in which they came. */
  messages(): Message[];
  /**
   * The newest message to an address for which the predicate holds, as soon as there is one. Rejects after
   * `timeoutMs` (10 seconds unless told), listing the subjects that did come.
   */
  waitFor(address: string, predicate?: (message: Message) => boolean, timeoutMs?: number): Promise<Message>;
  faults: { next(fault: MailFault): void; clear(): void };
  /** Forgets every message. */
  clear(): void;
  close(): Promise<void>;
}

export async function startMailSandbox(options: MailSandboxOptions = {}): Promise<MailSandbox> {
  const mailboxes = new Mailboxes();
  const faults = new MailFaults();
  const password = randomBytes(9).toString('base64url');
  const sizeLimit = options.sizeLimit ?? SIZE_LIMIT;
  const server = new SMTPServer({
    ...conversation(mailboxes, faults, sizeLimit),
    onAuth: (auth, _session, done) => {
      if (auth.username === 'orgdesk' && auth.password === password) done(null, { user: 'orgdesk' });
      else done(smtpError(535, 'Authentication credentials invalid'));
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://orgdesk:${password}@127.0.0.1:${port}`,
    mailbox: (address) => mailboxes.of(address),
    messages: () => mailboxes.all(),
    waitFor: (address, predicate, timeoutMs) => mailboxes.waitFor(address, predicate, timeoutMs),
    faults,
    clear: () => mailboxes.clear(),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** How the relay speaks: it refuses bad addresses and large messages of itself, and the rest when told. */
function conversation(mailboxes: Mailboxes, faults: MailFaults, sizeLimit: number): SMTPServerOptions {
  return {
    size: sizeLimit,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onConnect: (_session, done) => done(faults.onConnect()),
    onMailFrom: ({ address }, _session, done) => done(addressError(address)),
    onRcptTo: ({ address }, _session, done) => done(addressError(address) ?? faults.onRecipient(address)),
    onData: (stream, session, done) => {
      receive(stream, session, mailboxes, faults).then(
        () => done(null),
        (error: Error) => done(error),
      );
    },
  };
}

async function receive(
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  mailboxes: Mailboxes,
  faults: MailFaults,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  if (stream.sizeExceeded) throw smtpError(552, 'Message exceeds fixed maximum message size');
  const recipients = session.envelope.rcptTo.map(({ address }) => address);
  await faults.onMessage(recipients);
  await mailboxes.add(Buffer.concat(chunks), recipients);
}

function addressError(address: string): Error | null {
  const looksRight = /^[^\s@<>]+@[^\s@<>]+\.[a-z0-9-]{2,}$/i.test(address) && address.length <= 254;
  return looksRight ? null : smtpError(501, `Bad address syntax: ${address.slice(0, 80)}`);
}
