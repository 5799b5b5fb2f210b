import type { AddressInfo } from 'node:net';
import type { SMTPServer, SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import type { Context } from '../domain/context.ts';
import type { ReplyAddresses } from '../domain/tickets/mail/reply-address.ts';
import { MAIL_BYTES, storeMail } from '../domain/tickets/mail/store-mail.ts';
import type { Logger } from '../logger.ts';
import { messageIdIn } from './mime.ts';

export interface MailListenerOptions {
  context: Pick<Context, 'database' | 'now' | 'newId'>;
  replyAddresses: Pick<ReplyAddresses, 'read' | 'domain'>;
  host: string;
  port: number;
  protocol: 'smtp' | 'lmtp';
  log: Logger;
}

export interface MailListener {
  port: number;
  /** Takes no new connection, and waits 10 seconds at most for the mails that were begun. */
  stop(): Promise<void>;
}

/**
 * Takes mail by SMTP or LMTP for reply addresses of ours, and for nobody else: it relays nothing. A mail is stored before it is
 * answered 250; where it cannot be stored it is 451, so that the sender tries again.
 * @throws Error where the port cannot be had.
 */
export async function startMailListener(options: MailListenerOptions): Promise<MailListener> {
  const { host, port, log } = options;
  // Loaded here: most installations take no mail this way.
  const { SMTPServer } = await import('smtp-server');
  const server: SMTPServer = new SMTPServer({
    name: options.replyAddresses.domain,
    banner: 'Orgdesk',
    lmtp: options.protocol === 'lmtp',
    size: MAIL_BYTES,
    maxClients: 20,
    // Behind the operator's own mail server, which has met the outside.
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    socketTimeout: 60_000,
    closeTimeout: 10_000,
    onRcptTo: ({ address }, session, done) => done(recipientRefusal(address, session, options)),
    onData: (stream, session, done) => {
      receive(stream, session, options).then(
        () => done(null, 'Taken'),
        (error: Error) => {
          if (!('responseCode' in error)) log.error({ err: error }, 'A mail could not be stored.');
          done('responseCode' in error ? error : reply(451, 'Not stored. Try again later.'));
        },
      );
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  server.on('error', (error) => log.debug({ err: error }, 'A mail connection failed.'));
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** An address that names a ticket is all that is taken; five at most, as nobody gives more to a mail by hand. */
function recipientRefusal(
  address: string,
  session: SMTPServerSession,
  { replyAddresses }: MailListenerOptions,
): Error | null {
  if (replyAddresses.read(address) === null) return reply(550, 'No such address here.');
  return session.envelope.rcptTo.length >= 5 ? reply(452, 'Too many recipients.') : null;
}

async function receive(
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  { context }: MailListenerOptions,
): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    // What is too large is read to its end, and not kept.
    if (size <= MAIL_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (stream.sizeExceeded || size > MAIL_BYTES) throw reply(552, 'This mail is larger than 25 MB.');
  const body = Buffer.concat(chunks);
  const { mailFrom, rcptTo } = session.envelope;
  for (const { address: recipient } of rcptTo) {
    const arrival = { form: 'mime' as const, envelopeFrom: mailFrom ? mailFrom.address : '', recipient };
    await storeMail(context, { arrival, messageId: messageIdIn(body), body });
  }
}

/** An error with the number that the other side is told. */
function reply(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
