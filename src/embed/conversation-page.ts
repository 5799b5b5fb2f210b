import { createApi } from './api.ts';
import { continuedSentence, conversationView } from './conversation.ts';
import { conversationApi } from './conversation-api.ts';
import { readLabels } from './labels.ts';
import { knownLanguage } from './settings.ts';
import { openStore } from './storage.ts';

/**
 * The page of the link in mails: what the server has drawn is replaced by the same conversation as in a website's panel, once
 * that is loaded. Where it cannot be loaded, the server's own stays, and its form works.
 */
export async function takeOver(base: string, ticketId: string): Promise<void> {
  const drawn = document.querySelector('.conversation');
  const token = /\/t\/([^/?#]+)/.exec(location.pathname)?.[1];
  if (!drawn || !token) return;
  const labels = readLabels(undefined, {});
  const store = openStore('sessionStorage', 'page');
  const url = `${location.origin}${location.pathname.replace(/\/$/, '')}`;
  const view = conversationView({
    api: conversationApi(createApi(base, null), ticketId, token),
    ticketId,
    url,
    labels,
    language: knownLanguage(document.documentElement.lang),
    drafts: store,
    continued: (answered) => {
      store.set('said', continuedSentence(labels, answered));
      location.assign(answered.url);
    },
    gone: () => view.say(labels.gone),
  });
  if (!(await view.load())) return;
  // Files that were chosen already cannot be taken along: then the form that has them is sent.
  if (drawn.querySelector<HTMLInputElement>('[type=file]')?.files?.length) return view.stop();
  const active = document.activeElement;
  const typing = drawn.contains(active) && active instanceof HTMLTextAreaElement ? active : null;
  const hadFocus = drawn.contains(active);
  adopt(drawn, view.element);
  drawn.replaceWith(view.element);
  const field = view.element.querySelector('textarea');
  if (typing && field) {
    field.focus();
    field.setSelectionRange(typing.selectionStart, typing.selectionEnd);
  } else if (hadFocus) view.focus();
  view.say(store.get<string>('said') ?? '');
  store.set('said', null);
}

/** What somebody began to type before the script was there goes on where it was. */
function adopt(drawn: Element, made: Element): void {
  const [before, after] = [drawn, made].map((one) => one.querySelector('textarea'));
  if (!before || !after || before.value === '') return;
  after.value = before.value;
  after.dispatchEvent(new Event('input'));
}
