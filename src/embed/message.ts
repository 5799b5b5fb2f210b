import { el, icon, icons } from './dom.ts';
import type { Labels } from './labels.ts';
import { markupNodes } from './markup-nodes.ts';
import type { Message } from './wire.ts';

export interface MessageLook {
  labels: Labels;
  /** A language tag (BCP 47). */
  language: string;
  /** The conversation page: its files are below it. */
  url: string;
  /** Who opened the ticket; others whom it was copied to may have written too. */
  requester: string;
}

/** One message, with the classes that the conversation page gives it too. */
export function messageElement(
  message: Message,
  { labels, language, url, requester }: MessageLook,
): HTMLElement {
  const { id, author, content, sentAt, editedAt, attachments } = message;
  const isRequester = author.kind === 'customer' && author.name === requester;
  return el(
    'article',
    { class: `message ${author.kind}`, 'data-id': id },
    el(
      'p',
      { class: 'meta' },
      el('strong', { dir: 'auto' }, isRequester ? labels.you : author.name),
      ' ',
      el('time', { datetime: sentAt, dir: 'auto' }, timeOf(new Date(sentAt), language)),
      editedAt !== null && ` · ${labels.edited}`,
    ),
    el('div', { class: 'words', dir: 'auto' }, ...markupNodes(content)),
    attachments.length > 0 &&
      el(
        'ul',
        { class: 'files' },
        ...attachments.map((file) =>
          el(
            'li',
            {},
            el(
              'a',
              { href: `${url}/attachments/${file.id}`, download: file.name, rel: 'noreferrer' },
              icon(icons.file),
              el('span', { dir: 'auto' }, file.name),
              ' ',
              el('span', { class: 'quiet' }, sizeOf(file.size, language)),
            ),
          ),
        ),
      ),
  );
}

/** Today the time alone, else the day as well. */
function timeOf(moment: Date, language: string): string {
  const today = moment.toDateString() === new Date().toDateString();
  const day = today ? {} : ({ dateStyle: 'medium' } as const);
  return new Intl.DateTimeFormat(language, { ...day, timeStyle: 'short' }).format(moment);
}

function sizeOf(bytes: number, language: string): string {
  const [amount, unit] = bytes < 1_000_000 ? [bytes / 1000, 'kilobyte'] : [bytes / 1_000_000, 'megabyte'];
  const format = new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    maximumFractionDigits: amount < 10 ? 1 : 0,
  });
  return format.format(Math.max(amount, 0.1));
}
