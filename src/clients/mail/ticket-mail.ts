import { html, raw } from 'hono/html';
import type { CustomerMessage, CustomerTicket } from '../../domain/tickets/customer-view.ts';
import { REPLY_ABOVE } from '../../domain/tickets/mail/quoted-history.ts';
import type { Markup } from '../../domain/tickets/markup/markup.ts';
import { type Styles, toHtml } from '../../domain/tickets/markup/to-html.ts';
import { toText } from '../../domain/tickets/markup/to-text.ts';
import type { Mail } from './mailer.ts';

type Written = Pick<Mail, 'subject' | 'html' | 'text' | 'fromName'>;

export interface TicketMailContent {
  ticket: CustomerTicket;
  message: CustomerMessage;
  /** Whether an answer by mail comes back to the ticket. */
  answerable: boolean;
  /** The page of the conversation, for this customer alone. */
  url: string;
}

/** An agent's reply as the customer's mail, in HTML and as text. It is made of what customers may see, and of nothing else. */
export async function ticketReplyMail({
  ticket,
  message,
  leftOut,
  answerable,
  url,
}: TicketMailContent & {
  /** Files of the message that are too large for a mail. */
  leftOut: readonly { name: string }[];
}): Promise<Written> {
  const { number, title, organization } = ticket;
  const signature = `${message.author.name}, ${organization.name}`;
  const files = message.attachments.length > leftOut.length && message.words.length === 0;
  const names = leftOut.map(({ name }) => name).join(', ');
  return write({
    subject: `Re: [${number}] ${title}`,
    fromName: `${message.author.name} (${organization.name})`,
    words: [
      ...(files ? [paragraph('See the files with this e-mail.')] : message.words),
      ...(names === '' ? [] : [paragraph(`Too large for an e-mail, but in the conversation: ${names}`)]),
    ],
    below: [signature, footer(ticket, answerable)],
    answerable,
    url,
  });
}

/**
 * Tells a customer that their ticket stands; `message` is what an agent wrote down for them, and null where they wrote it. A
 * `wordless` one has nothing in it that whoever opened the ticket wrote: number and link suffice for whom it is meant.
 */
export async function acknowledgementMail({
  ticket,
  message,
  wordless = false,
  answerable,
  url,
}: Omit<TicketMailContent, 'message'> & {
  message: CustomerMessage | null;
  wordless?: boolean;
}): Promise<Written> {
  const { number, organization } = ticket;
  const title = wordless ? `Your message to ${organization.name}` : ticket.title;
  const name = wordless ? '' : ticket.requester.name;
  const opened = message
    ? `We have opened the ticket ${number} for you: ${title}`
    : `Thank you for your message. Its number is ${number}${wordless ? '.' : `: ${title}`}`;
  return write({
    subject: `[${number}] ${title}`,
    fromName: organization.name,
    words: [
      paragraph(name === '' ? 'Hello,' : `Hello ${name},`),
      paragraph(opened),
      ...(message?.words ?? []),
      paragraph('Somebody will answer you by e-mail.'),
    ],
    below: [organization.name, footer(ticket, answerable)],
    answerable,
    url,
  });
}

function paragraph(text: string): Markup[number] {
  return { kind: 'paragraph', children: [{ kind: 'text', text }] };
}

function footer({ number }: CustomerTicket, answerable: boolean): string {
  return answerable ? `${number} · Reply to this e-mail to answer.` : number;
}

// Mail readers ignore stylesheets: everything stands at its element. Contrast is at least 4.5 : 1.
const font = 'system-ui,-apple-system,Segoe UI,sans-serif';
const ink = `margin:0 0 16px;color:#1c2733;font:16px/1.5 ${font};overflow-wrap:anywhere`;
const quiet = `margin:0 0 12px;color:#52606d;font:14px/1.5 ${font};overflow-wrap:anywhere`;
const link = 'color:#0b5cad;font-weight:600';
const styles: Styles = {
  paragraph: ink,
  quote: `${ink};padding:0 0 0 16px;border-left:3px solid #d3dae1`,
  code: 'margin:0 0 16px;padding:12px;background:#eef1f4;color:#1c2733;font:14px/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere',
  list: ink,
};

interface Parts {
  subject: string;
  fromName: string;
  words: Markup;
  /** Lines under a thin rule. */
  below: readonly string[];
  answerable: boolean;
  url: string;
}

const SEE = 'See the whole conversation';
const KEEP = 'This link needs no password: whoever has it can read the conversation and answer for you.';

async function write({ subject, fromName, words, below, answerable, url }: Parts): Promise<Written> {
  const see = answerable ? SEE : `${SEE}, and answer`;
  const text = [
    ...(answerable ? [REPLY_ABOVE] : []),
    toText(words),
    `${see}:\n${url}\n${KEEP}`,
    ['-- ', ...below].join('\n'),
  ];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light">
<title>${subject}</title>
</head>
<body style="margin:0;padding:16px;background:#ffffff">
${answerable ? html`<p style="${raw(quiet)}">${REPLY_ABOVE}</p>` : ''}
${toHtml(words, styles)}
<p style="${raw(quiet)}"><a href="${url}" style="${raw(link)}">${see}</a><br>${KEEP}</p>
<div style="margin:24px 0 0;padding:12px 0 0;border-top:1px solid #d3dae1">
${below.map((line) => html`<p style="${raw(quiet)}">${line}</p>`)}
</div>
</body>
</html>
`;
  return { subject, fromName, text: `${text.join('\n\n')}\n`, html: String(await page) };
}
