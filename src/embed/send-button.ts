import { el, set } from './dom.ts';

export interface SendButton {
  element: HTMLButtonElement;
  /** Runs the work unless it runs already, and says meanwhile that it does. Never rejects. */
  during(work: () => Promise<void>): Promise<void>;
}

/** A form's button. It stays focusable while it works: a disabled one would lose the focus. */
export function sendButton(label: string, busyLabel: string): SendButton {
  const element = el('button', { type: 'submit', class: 'primary' }, label);
  let busy = false;
  return {
    element,
    async during(work) {
      if (busy) return;
      busy = true;
      set(element, { 'aria-disabled': 'true' });
      element.textContent = busyLabel;
      await work().finally(() => {
        busy = false;
        set(element, { 'aria-disabled': null });
        element.textContent = label;
      });
    },
  };
}

/** Control and Enter, or Command and Enter, send a form from anywhere in it. */
export function sendByKeys(form: HTMLFormElement): void {
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}
