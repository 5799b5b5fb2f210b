import { answerForm } from './answer-form.ts';
import type { ConversationApi } from './conversation-api.ts';
import { el } from './dom.ts';
import { failureBanner, sentenceOf } from './failure-banner.ts';
import { fill, type Label, type Labels } from './labels.ts';
import { messageLog } from './message-log.ts';
import { Failure } from './request.ts';
import { statusLine } from './status-line.ts';
import type { Store } from './storage.ts';
import type { Answered, Conversation, Message, Status } from './wire.ts';

export interface ConversationParts {
  api: ConversationApi;
  ticketId: string;
  /** The conversation page. */
  url: string;
  labels: Labels;
  language: string;
  drafts: Store;
  /** An answer went into another ticket, since this one is closed. */
  continued(answered: Answered): void;
  /** An agent's message arrived. */
  heard?(message: Message): void;
  /** The token opens nothing (any more). */
  gone(): void;
}

export interface ConversationView {
  element: HTMLElement;
  /** Resolves when it is shown, or has said why not; with false also where it was stopped, or loaded anew, meanwhile. */
  load(): Promise<boolean>;
  /** Says something that just happened, to screen readers too. */
  say(sentence: string): void;
  /** Puts the focus on what was said. */
  focus(): void;
  /** Shows the end of what was said, after it was out of sight. */
  settle(): void;
  /** Nothing comes any more, nor from what is under way. */
  stop(): void;
}

const statusLabels: Record<Status, Label> = {
  open: 'statusOpen',
  pending: 'statusPending',
  resolved: 'statusResolved',
  closed: 'statusClosed',
};

/** What was said in one ticket, as it arrives, and the form to answer: the same in a website's panel and on the page of the link. */
export function conversationView(parts: ConversationParts): ConversationView {
  const { api, ticketId, labels } = parts;
  const number = el('span', { class: 'number' });
  const title = el('strong', { class: 'title', dir: 'auto' });
  const status = el('span', { class: 'status' });
  const notice = statusLine('notice');
  const trouble = statusLine('trouble quiet');
  const banner = failureBanner(labels, () => {
    log.element.focus();
    void load();
  });
  const log = messageLog({
    ...parts,
    read: api.read,
    failed: (error) => refuse(error),
  });
  let unfollow = () => {};
  /** Of loads that overlap the newest counts, and of one that was left none. */
  let turn = 0;
  const stop = () => {
    turn += 1;
    unfollow();
  };

  const form = answerForm({
    labels,
    drafts: parts.drafts,
    draftName: `answer:${ticketId}`,
    send: (body, onceKey) => {
      notice.say('');
      return api.answer(body, onceKey);
    },
    sent: (answered) => {
      if (answered.continued) return parts.continued(answered);
      if (answered.message) log.put(answered.message);
      notice.say(labels.sent);
      showStatus(answered.ticket.status, answered.ticket.mergedInto);
      log.element.lastElementChild?.scrollIntoView({ block: 'nearest' });
    },
  });
  const element = el(
    'section',
    { class: 'conversation' },
    el('header', { class: 'about' }, el('div', {}, number, title), status),
    log.ahead,
    log.element,
    banner.element,
    trouble.element,
    notice.element,
    form,
  );
  // Until there is something to answer.
  form.hidden = true;

  const showStatus = (value: Status, mergedInto?: string) => {
    if (mergedInto) notice.say(fill(labels.merged, { number: mergedInto }));
    status.textContent = labels[statusLabels[value]] ?? value;
    status.className = `status ${value}`;
  };
  const show = (conversation: Conversation) => {
    number.textContent = conversation.ticket.number;
    title.textContent = conversation.ticket.title;
    showStatus(conversation.ticket.status, conversation.ticket.mergedInto);
    // First, since it takes room from what was said.
    form.hidden = false;
    log.show(conversation);
  };

  const refuse = (error: unknown) => {
    if (error instanceof Failure && [401, 404, 410].includes(error.status)) parts.gone();
    else banner.show(sentenceOf(error, labels));
  };
  const load = async (): Promise<boolean> => {
    stop();
    const own = turn;
    banner.show(null);
    trouble.say(log.isEmpty() ? labels.loading : '');
    try {
      const conversation = await api.read();
      if (own !== turn) return false;
      trouble.say('');
      show(conversation);
      watch(conversation.revision);
      return true;
    } catch (error) {
      if (own !== turn) return false;
      trouble.say('');
      refuse(error);
      return false;
    }
  };
  const watch = (revision: number) => {
    unfollow = api.follow(revision, {
      event: ({ name, data }) => {
        const told = JSON.parse(data);
        if (name === 'deleted') log.take(told.id);
        else if (name === 'ticket') showStatus(told.status, told.mergedInto);
        else if (name === 'message' && log.put(told) && told.author.kind === 'agent') parts.heard?.(told);
      },
      connected: (connected) => {
        trouble.say(connected ? '' : labels.reconnecting);
      },
      refused: (failure) => {
        if (failure.code === 'revision_unknown') void load();
        else refuse(failure);
      },
    });
  };

  return {
    element,
    load,
    say: notice.say,
    focus: () => log.element.focus(),
    settle: log.toEnd,
    stop,
  };
}

/** What is said where an answer went into a new ticket. */
export function continuedSentence(labels: Labels, { ticket }: Answered): string {
  return fill(labels.continued, { number: ticket.number });
}
