import type { Attachment, ParsedMail } from 'mailparser';
import type { ReceivedMail } from '../domain/tickets/mail/received-mail.ts';
import { htmlToText } from './html.ts';

/** A mail from the wire (RFC 5322, MIME), in whatever character sets. What is damaged in it is read as well as it goes. */
export async function parseMime(
  raw: Buffer,
  { envelopeFrom, recipient }: { envelopeFrom: string; recipient: string },
): Promise<ReceivedMail> {
  const parsed = await parse(raw);
  const headers = new Map<string, string[]>();
  for (const { key, line } of parsed.headerLines) {
    const value = line.slice(line.indexOf(':') + 1).replace(/\r?\n[ \t]+/g, ' ');
    headers.set(key, [...(headers.get(key) ?? []), value.trim()]);
  }
  const senders = (parsed.from?.value ?? []).flatMap((sender) => sender.group ?? [sender]);
  const [sender] = senders;
  return {
    recipients: [recipient],
    envelopeFrom,
    from: senders.length === 1 && sender?.address ? { address: sender.address, name: sender.name } : null,
    subject: parsed.subject ?? '',
    text: parsed.text?.trim() ? parsed.text : await htmlToText(parsed.html || ''),
    headers,
    messageId: parsed.messageId ?? null,
    attachments: parsed.attachments.map(attachmentOf),
  };
}

function attachmentOf({ filename, content }: Attachment) {
  return { name: filename ?? '', bytes: content };
}

/** Loaded when a mail comes: most processes never see one. */
async function parse(raw: Buffer): Promise<ParsedMail> {
  const { simpleParser } = await import('mailparser');
  return simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true });
}

/** The Message-ID of a mail from the wire, without reading the rest of it; null without one. */
export function messageIdIn(raw: Buffer): string | null {
  const end = raw.indexOf('\r\n\r\n');
  const head = raw.subarray(0, end < 0 ? 65_536 : Math.min(end, 65_536)).toString('latin1');
  const value = /^message-id:((?:.*(?:\r?\n[ \t].*)*))/im.exec(head)?.[1]?.trim() ?? '';
  return value === '' ? null : value.slice(0, 1_000);
}
