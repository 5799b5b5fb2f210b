import { el, set } from './dom.ts';
import { type MessageLook, messageElement } from './message.ts';
import type { Conversation, Message } from './wire.ts';

export interface LogParts extends Omit<MessageLook, 'requester'> {
  /** The newest messages before the one with that id. */
  read(before: string): Promise<Conversation>;
  failed(error: unknown): void;
}

export interface MessageLog {
  element: HTMLElement;
  /** Asks for the messages ahead of those that are shown. */
  ahead: HTMLElement;
  isEmpty(): boolean;
  /** Shows these, and nothing else. */
  show(conversation: Conversation): void;
  /**
   * Shows a message, or its newer state in the older one's place. One ahead of those that are shown comes with those around it.
   * Gives whether there is one more now.
   */
  put(message: Message): boolean;
  take(id: string): void;
  toEnd(): void;
}

/** Milliseconds in which screen readers have passed over what has just come. */
const SETTLED = 500;

/** What was said in one ticket. Ids are in the order in which it was said. */
export function messageLog({ read, failed, ...look }: LogParts): MessageLog {
  const { labels } = look;
  const log = el('div', {
    class: 'messages',
    role: 'log',
    'aria-live': 'off',
    'aria-label': labels.messages,
    tabindex: 0,
  });
  const ahead = el('button', { type: 'button', class: 'secondary earlier', hidden: true }, labels.earlier);
  const shown = new Map<string, { revision: number; element: HTMLElement }>();
  let earlier: string | null = null;
  let requester = '';
  /** What was told while messages ahead were on their way, which may be older than that: it is told again behind them. */
  let meanwhile: (() => void)[] | null = null;

  // Who reads further up is not taken away from there; who is at the end stays there, also when the form below grows.
  let following = true;
  const toEnd = () => {
    log.scrollTop = log.scrollHeight;
  };
  log.addEventListener('scroll', () => {
    following = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  });
  new ResizeObserver(() => following && toEnd()).observe(log);

  let timer = 0;
  /** A page of messages is not read aloud, only what is said from then on. */
  const hush = () => {
    clearTimeout(timer);
    set(log, { 'aria-live': 'off' });
    timer = window.setTimeout(() => set(log, { 'aria-live': 'polite' }), SETTLED);
  };
  const idOf = (element: Element | null) => element?.getAttribute('data-id') ?? '';
  const insert = (message: Message): boolean => {
    const { id, revision } = message;
    const known = shown.get(id);
    if (known && known.revision >= revision) return false;
    const element = messageElement(message, { ...look, requester });
    shown.set(id, { revision, element });
    if (known) known.element.replaceWith(element);
    else log.insertBefore(element, [...log.children].find((child) => idOf(child) > id) ?? null);
    if (following) toEnd();
    return !known;
  };
  const put = (message: Message): boolean => {
    meanwhile?.push(() => put(message));
    const isAhead = earlier !== null && message.id < idOf(log.firstElementChild);
    return !isAhead && insert(message);
  };
  const take = (id: string) => {
    meanwhile?.push(() => take(id));
    shown.get(id)?.element.remove();
    shown.delete(id);
  };
  const add = (page: Conversation) => {
    hush();
    page.messages.forEach(insert);
    earlier = page.earlier;
    ahead.hidden = earlier === null;
  };
  const showAhead = (page: Conversation) => {
    const first = log.firstElementChild;
    following = false;
    const focused = ahead.matches(':focus');
    add(page);
    first?.scrollIntoView({ block: 'center' });
    if (focused && ahead.hidden) log.focus({ preventScroll: true });
  };
  ahead.addEventListener('click', async () => {
    if (earlier === null || meanwhile) return;
    const told: (() => void)[] = [];
    meanwhile = told;
    const page = await read(earlier).catch(failed);
    meanwhile = null;
    if (page) showAhead(page);
    for (const tell of told) tell();
  });

  return {
    element: log,
    ahead,
    isEmpty: () => shown.size === 0,
    show(conversation) {
      requester = conversation.ticket.requester.name;
      shown.clear();
      log.replaceChildren();
      add(conversation);
      toEnd();
    },
    put,
    take,
    toEnd,
  };
}
