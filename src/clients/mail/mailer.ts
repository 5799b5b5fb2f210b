import nodemailer, { type NodemailerError } from 'nodemailer';
import { PermanentFailure, RetryableFailure } from '../failures.ts';

export interface MailerOptions {
  /** smtp://user:password@host:port, or smtps://… */
  url: string;
  /** The sender, like `Orgdesk <support@example.com>`. */
  from: string;
  /** How long one mail may take in all, in milliseconds; 30 seconds by default. */
  timeout?: number;
}

export interface Mail {
  /** One bare address. */
  to: string;
  subject: string;
  html: string;
  text: string;
  /** The same for every try at the same mail: a relay or reader can tell a repeated one by its Message-ID. */
  key: string;
  /** Shown as the sender's name, in place of the configured one. */
  fromName?: string;
  /** One bare address. */
  replyTo?: string;
  /** The mails before it in the same conversation, oldest first: the last one is answered (RFC 5322, 3.6.4). */
  references?: readonly Reference[];
  /** The conversation's list: an id that is unique for the sender's domain, and its name (RFC 2919). */
  list?: { id: string; name: string };
  /** How it came about, by RFC 3834: `auto-generated` unless told, `null` where a person wrote it. */
  automatic?: 'auto-generated' | 'auto-replied' | null;
  attachments?: readonly MailAttachment[];
}

/** A mail of ours by its key, or somebody's by its Message-ID in angle brackets. */
export type Reference = { key: string } | { messageId: string };

export interface MailAttachment {
  name: string;
  contentType: string;
  bytes: Uint8Array;
}

export interface Mailer {
  /**
   * Resolves when the relay has taken the mail.
   * @throws MailRefused where the relay takes it never; RetryableFailure where it may take it later, as when it is away or
   * does not let us in.
   */
  send(mail: Mail): Promise<void>;
  /** Closes the connections that are kept open. */
  close(): void;
}

/** The relay refused the address or the mail for good. */
export class MailRefused extends PermanentFailure {
  override name = 'MailRefused';
}

/** Sends mail over SMTP, with a few connections that are kept open between mails. */
export function createMailer({ url, from, timeout = 30_000 }: MailerOptions): Mailer {
  const transport = nodemailer.createTransport({
    url,
    pool: true,
    maxConnections: 4,
    // The outbox tries again, and knows when.
    maxRequeues: 0,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    dnsTimeout: 10_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const sender = readSender(from);
  return {
    send: async (mail) => {
      const message = { ...messageOf(mail, sender), signal: AbortSignal.timeout(timeout) };
      await transport.sendMail(message).catch((error: NodemailerError) => {
        throw failureOf(error);
      });
    },
    close: () => transport.close(),
  };
}

interface Sender {
  /** As it was configured. */
  from: string;
  address: string;
  domain: string;
}

function readSender(from: string): Sender {
  const address = /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from.trim();
  return { from, address, domain: /@([a-z0-9.-]+)/i.exec(from)?.[1] ?? 'orgdesk.invalid' };
}

/** A mail as nodemailer takes it. */
function messageOf(mail: Mail, { from, address, domain }: Sender) {
  const { to, subject, html, text, key, fromName, replyTo, list, attachments } = mail;
  const references = (mail.references ?? []).flatMap((reference) => referenceId(reference, domain));
  const { automatic = 'auto-generated' } = mail;
  return {
    from: fromName === undefined ? from : { name: oneLine(fromName), address },
    to: { name: '', address: to },
    ...(replyTo !== undefined && { replyTo: { name: '', address: replyTo } }),
    subject: oneLine(subject),
    html,
    text,
    messageId: `<${key}@${domain}>`,
    ...(references.length > 0 && { inReplyTo: references.at(-1) as string, references }),
    ...(list && { list: { id: { url: `${list.id}.${domain}`, comment: oneLine(list.name) } } }),
    // RFC 3834: keeps holiday answers away. The others are older, and heard by some who do not hear that one.
    headers: {
      ...(automatic && { 'Auto-Submitted': automatic }),
      ...(automatic === 'auto-replied' && { Precedence: 'auto_reply', 'X-Auto-Response-Suppress': 'All' }),
    },
    ...(attachments && {
      attachments: attachments.map(({ name, contentType, bytes }) => ({
        filename: oneLine(name),
        contentType,
        content: Buffer.from(bytes),
      })),
    }),
  };
}

/** A Message-ID that came from outside is left out where it is none: no other words come into a header. */
function referenceId(reference: Reference, domain: string): string[] {
  if ('key' in reference) return [`<${reference.key}@${domain}>`];
  return /^<[\x21-\x3b\x3d\x3f-\x7e]{3,250}>$/.test(reference.messageId) ? [reference.messageId] : [];
}

/** A header's value on one line, whatever was typed: no CR or LF begins another header. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}

/** Refused for good is what the relay said of this recipient or message; of the sender or the login, it may be mended. */
function failureOf(error: NodemailerError): MailRefused | RetryableFailure {
  const { code, command, responseCode, permanent } = error;
  const ofThisMail = code === 'EMESSAGE' || (code === 'EENVELOPE' && command !== 'MAIL FROM');
  // Never the relay's own words: they repeat the address.
  const words = [`The relay did not take a mail`, code, command, responseCode].filter(
    (part) => part !== undefined,
  );
  const message = `${words.join(' ')}.`;
  return ofThisMail && permanent !== false ? new MailRefused(message) : new RetryableFailure(message);
}
