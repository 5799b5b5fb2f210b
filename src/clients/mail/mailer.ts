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
  const domain = /@([a-z0-9.-]+)/i.exec(from)?.[1] ?? 'orgdesk.invalid';
  return {
    send: async ({ to, subject, html, text, key }) => {
      const message = {
        from,
        to: { name: '', address: to },
        subject: oneLine(subject),
        html,
        text,
        messageId: `<${key}@${domain}>`,
        // RFC 3834: keeps holiday answers away.
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: AbortSignal.timeout(timeout),
      };
      await transport.sendMail(message).catch((error: NodemailerError) => {
        throw failureOf(error);
      });
    },
    close: () => transport.close(),
  };
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
