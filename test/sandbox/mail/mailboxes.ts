import { EventEmitter } from 'node:events';
import { type ParsedMail, simpleParser } from 'mailparser';

/** A message as its reader sees it. */
export interface Message {
  /** The sender's bare address. */
  from: string;
  /** As the sender's name and address are shown. */
  fromText: string;
  /** To whom the relay was told to deliver it, which need not be what the headers say. */
  recipients: string[];
  /** The bare addresses of the `To` header. */
  to: string[];
  subject: string;
  text: string;
  /** Empty when there is none. */
  html: string;
  /** The headers by their lower-case names, unfolded; of a header that comes several times, all of them. */
  headers: Record<string, string[]>;
  messageId: string;
  /** Every link, first of the HTML and then of the text, each once. */
  links: string[];
  /** The bytes as they came. */
  raw: string;
}

/** What has been delivered. */
export class Mailboxes {
  readonly #arrivals = new EventEmitter().setMaxListeners(0);
  #messages: Message[] = [];

  async add(raw: Buffer, recipients: string[]): Promise<void> {
    this.#messages.push(messageOf(await simpleParser(raw), raw, recipients));
    this.#arrivals.emit('arrival');
  }

  all(): Message[] {
    return [...this.#messages];
  }

  of(address: string): Message[] {
    const wanted = address.toLowerCase();
    return this.#messages.filter(({ recipients }) => recipients.some((one) => one.toLowerCase() === wanted));
  }

  clear(): void {
    this.#messages = [];
  }

  waitFor(
    address: string,
    predicate: (message: Message) => boolean = () => true,
    timeoutMs = 10_000,
  ): Promise<Message> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.of(address).findLast(predicate);
        if (found) finish(() => resolve(found));
      };
      const timer = setTimeout(() => {
        const subjects = this.of(address).map(({ subject }) => `"${subject}"`);
        const there = subjects.length > 0 ? `only ${subjects.join(', ')}` : 'nothing';
        finish(() => reject(new Error(`No such mail to ${address} within ${timeoutMs} ms: ${there} came`)));
      }, timeoutMs);
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.#arrivals.off('arrival', look);
        settle();
      };
      this.#arrivals.on('arrival', look);
      look();
    });
  }
}

function messageOf(parsed: ParsedMail, raw: Buffer, recipients: string[]): Message {
  const html = parsed.html || '';
  const text = parsed.text ?? '';
  const to = [parsed.to ?? []].flat().flatMap(({ value }) => value.map((one) => one.address ?? ''));
  return {
    from: parsed.from?.value[0]?.address ?? '',
    fromText: parsed.from?.text ?? '',
    recipients,
    to,
    subject: parsed.subject ?? '',
    text,
    html,
    headers: headersOf(parsed),
    messageId: parsed.messageId ?? '',
    links: [...new Set([...linksOfHtml(html), ...linksOfText(text)])],
    raw: raw.toString(),
  };
}

function headersOf(parsed: ParsedMail): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (const { key, line } of parsed.headerLines) {
    const value = line
      .slice(line.indexOf(':') + 1)
      .replace(/\r?\n[ \t]+/g, ' ')
      .trim();
    headers[key] = [...(headers[key] ?? []), value];
  }
  return headers;
}

function linksOfHtml(html: string): string[] {
  return [...html.matchAll(/href="([^"]+)"/g)].map((match) =>
    (match[1] ?? '').replaceAll('&amp;', '&').replaceAll('&#38;', '&'),
  );
}

/** A full stop or comma after a link belongs to the sentence. */
function linksOfText(text: string): string[] {
  const found = text.match(/https?:\/\/[^\s<>"')\]]+/g) ?? [];
  return found.map((link) => link.replace(/[.,;:!?]+$/, ''));
}
