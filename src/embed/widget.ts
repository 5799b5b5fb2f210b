import type { Api } from './api.ts';
import { type ConversationView, continuedSentence, conversationView } from './conversation.ts';
import { conversationApi } from './conversation-api.ts';
import { el, icon, icons } from './dom.ts';
import { fill } from './labels.ts';
import { createPanel } from './panel.ts';
import type { Settings } from './settings.ts';
import type { Stage } from './stage.ts';
import { statusLine } from './status-line.ts';
import type { Store } from './storage.ts';
import { ticketForm } from './ticket-form.ts';
import type { Message, TicketAccess } from './wire.ts';

export interface WidgetParts {
  api: Api;
  settings: Settings;
  stage: Stage;
  /** Where the ticket is remembered. */
  store: Store;
  drafts: Store;
}

export interface Widget {
  /** Shows the panel; where it is closed, the focus goes back to `opener`. */
  open(opener?: HTMLElement | null): void;
  close(): void;
}

/** The button in the page's corner and its panel: a form for a new request, then the conversation that it began. */
export function createWidget({ api, settings, stage, store, drafts }: WidgetParts): Widget {
  const { labels, language } = settings;
  let access = readAccess(store.get('ticket'));
  // Where the website's key was rotated, the ticket is under the older one. Which of them are this organization's the server
  // knows: it shows no other's. The newest is tried first.
  const older = (access ? [] : store.others('ticket'))
    .map(readAccess)
    .flatMap((one) => (one?.url.startsWith(api.base.replace(/plugin.*/, '')) ? [one] : []))
    .sort((one, other) => (one.ticket.id < other.ticket.id ? -1 : 1));
  let view: ConversationView | null = null;

  const dot = el('span', { class: 'dot', role: 'img', 'aria-label': labels.newAnswer, hidden: true });
  const launcher = el(
    'button',
    { type: 'button', class: 'launcher', 'aria-haspopup': 'dialog' },
    icon(icons.speech),
    el('span', {}, labels.button),
    dot,
  );
  const panel = createPanel(labels.close, 'support', () => {
    launcher.hidden = !settings.button;
  });
  launcher.hidden = !settings.button;
  launcher.addEventListener('click', () => open(launcher));
  stage.root.append(launcher, panel.element);

  const remember = (opened: TicketAccess | null) => {
    access = opened;
    store.set('ticket', opened);
  };
  const link = (words: string, press: () => void) => {
    const button = el('button', { type: 'button', class: 'link' }, words);
    button.addEventListener('click', press);
    return button;
  };
  const show = (title: string, ...content: (Node | false)[]) => {
    panel.title(title);
    panel.body.replaceChildren(...content.filter((part): part is Node => part !== false));
  };

  const showForm = (sentence = '') => {
    view?.stop();
    view = null;
    const last = access;
    const notice = statusLine('notice');
    const form = ticketForm({
      api,
      labels,
      drafts,
      known: settings.visitor,
      opened(opened) {
        remember(opened);
        stage.tell('ticket', { id: opened.ticket.id, number: opened.ticket.number });
        showConversation(opened, fill(labels.opened, { number: opened.ticket.number }));
      },
    });
    show(
      labels.title,
      last !== null &&
        link(fill(labels.back, { number: last.ticket.number }), () => {
          showConversation(last);
        }),
      notice.element,
      form,
    );
    notice.say(sentence);
  };
  const heard = (message: Message) => {
    dot.hidden = panel.isOpen();
    stage.tell('message', { id: message.id, author: message.author.name });
  };
  const showConversation = ({ ticket, token, url }: TicketAccess, sentence = '') => {
    view?.stop();
    const shown = conversationView({
      api: conversationApi(api, ticket.id, token),
      ticketId: ticket.id,
      url,
      labels,
      language,
      drafts,
      heard,
      continued(answered) {
        remember({ ticket: answered.ticket, token: answered.token, url: answered.url });
        if (view === shown) showConversation(answered, continuedSentence(labels, answered));
      },
      gone() {
        if (access === null) begin();
        else {
          remember(null);
          showForm(labels.gone);
        }
        panel.focus();
      },
    });
    view = shown;
    show(
      ticket.organization.name,
      link(labels.another, () => {
        showForm();
        panel.focus();
      }),
      shown.element,
    );
    void shown.load().then((isShown) => {
      if (view !== shown) return;
      if (isShown) remember({ ticket, token, url });
      shown.say(sentence);
    });
    if (panel.isOpen()) shown.focus();
  };

  const begin = () => {
    const last = access ?? older.pop();
    if (last) showConversation(last);
    else showForm();
  };
  const open = (opener: HTMLElement | null = null) => {
    if (panel.isOpen()) return;
    dot.hidden = true;
    if (panel.body.childElementCount === 0) begin();
    panel.open(opener ?? (settings.button ? launcher : null));
    view?.focus();
    launcher.hidden = true;
    view?.settle();
  };
  return { open, close: panel.close };
}

/** What is remembered, if it still is what was put there: other scripts of the website can write it. */
function readAccess(kept: unknown): TicketAccess | null {
  const { ticket, token, url } = (kept ?? {}) as Partial<TicketAccess>;
  const isWhole = typeof ticket?.id === 'string' && typeof ticket.organization?.name === 'string';
  return isWhole && typeof token === 'string' && /^https?:/.test(url ?? '') ? (kept as TicketAccess) : null;
}
