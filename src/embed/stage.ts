import { addStyles, el } from './dom.ts';
import { followScheme } from './scheme.ts';
import type { Settings } from './settings.ts';
import conversationStyles from './styles/conversation.css';
import formStyles from './styles/form.css';
import paymentStyles from './styles/payment.css';
import widgetStyles from './styles/widget.css';

/** Where everything of the script's stands on a website. */
export interface Stage {
  root: HTMLElement;
  /** Dispatches `orgdesk:<name>` on the document, for the website's own scripts. */
  tell(name: string, detail: object): void;
}

/** One host element at the end of the page, with a shadow root, so that neither's styles reach the other. */
export function buildStage({ labels, language, scheme, atStart }: Settings): Stage {
  const host = document.createElement('orgdesk-widget');
  const shadow = host.attachShadow({ mode: 'open' });
  addStyles(shadow, [formStyles, conversationStyles, paymentStyles, widgetStyles].join(''));
  const root = el('section', { class: 'root', lang: language, 'aria-label': labels.button });
  root.classList.toggle('start', atStart);
  shadow.append(root);
  const put = () => {
    if (!host.isConnected) document.body?.append(host);
  };
  put();
  // Some websites change pages by changing the body, and it goes with the old one.
  new MutationObserver(put).observe(document.documentElement, { childList: true });
  followScheme(scheme, host, (now) => void root.classList.toggle('dark', now === 'dark'));
  return {
    root,
    tell: (name, detail) => void document.dispatchEvent(new CustomEvent(`orgdesk:${name}`, { detail })),
  };
}
