import { el, icon, icons, newId } from './dom.ts';

export interface Panel {
  element: HTMLDialogElement;
  body: HTMLElement;
  title(text: string): void;
  /** Shows it above the page; the focus goes to the first field, and back to `opener` when it is closed. */
  open(opener?: HTMLElement | null): void;
  close(): void;
  /** Puts the focus on the first field. */
  focus(): void;
  isOpen(): boolean;
}

const focusable = 'a[href], button, input, textarea, [tabindex="0"]';

/** A modal dialog with a title and a way out: Escape, the button, and nothing behind it can be reached by Tab. */
export function createPanel(closeLabel: string, kind: string, closed: () => void = () => {}): Panel {
  const titleId = newId();
  const heading = el('h2', { id: titleId });
  const out = el(
    'button',
    { type: 'button', class: 'bare out', 'aria-label': closeLabel },
    icon(icons.close),
  );
  const body = el('div', { class: 'body' });
  const element = el(
    'dialog',
    { class: `panel ${kind}`, 'aria-labelledby': titleId },
    el('header', { class: 'top' }, heading, out),
    body,
  );
  let opener: HTMLElement | null = null;

  const reachable = () =>
    [...element.querySelectorAll<HTMLElement>(focusable)].filter(
      (one) => one.tabIndex >= 0 && one.getClientRects().length > 0,
    );
  let isUp = false;
  const settle = () => {
    if (!isUp || element.open) return;
    isUp = false;
    closed();
    opener?.focus();
  };
  const close = () => {
    if (element.open) element.close();
    settle();
  };
  out.addEventListener('click', close);
  // Escape. A browser may close it without asking: then what is left to do is done a moment later.
  element.addEventListener('cancel', (event) => {
    event.preventDefault();
    close();
  });
  element.addEventListener('close', settle);
  // Outside: on the dialog's own backdrop, and not where only the end of a selection is there.
  let pressed: EventTarget | null = null;
  element.addEventListener('pointerdown', ({ target }) => {
    pressed = target;
  });
  element.addEventListener('click', (event) => {
    if (event.target === element && pressed === element && event.detail > 0) close();
  });
  // The page's own shortcuts are not meant.
  for (const name of ['keydown', 'keypress', 'keyup'])
    element.addEventListener(name, (event) => event.stopPropagation());
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Tab') return;
    const all = reachable();
    const [first, last] = [all[0], all[all.length - 1]];
    const active = (element.getRootNode() as ShadowRoot).activeElement;
    if (active === (event.shiftKey ? first : last)) {
      event.preventDefault();
      (event.shiftKey ? last : first)?.focus();
    }
  });
  const focus = () =>
    (body.querySelector<HTMLElement>('input:not([type=file]):not([tabindex]), textarea') ?? out).focus();
  return {
    element,
    body,
    title: (text) => {
      heading.textContent = text;
    },
    open(from = null) {
      opener = from;
      if (!element.open) element.showModal();
      isUp = true;
      focus();
    },
    focus,
    close,
    isOpen: () => element.open,
  };
}
