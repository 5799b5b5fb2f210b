import { el } from './dom.ts';
import { fill, type Labels } from './labels.ts';
import { Failure } from './request.ts';

export interface FailureBanner {
  element: HTMLElement;
  /** Says it at once to screen readers too; null takes it away. */
  show(sentence: string | null): void;
}

/** The place for what is wrong with all of a form, with the way to try again: that takes the focus elsewhere, as it goes. */
export function failureBanner(labels: Labels, tryAgain: () => void): FailureBanner {
  const words = el('p');
  const again = el('button', { type: 'button', class: 'secondary' }, labels.tryAgain);
  again.addEventListener('click', tryAgain);
  const element = el('div', { class: 'banner', role: 'alert', hidden: true }, words, again);
  return {
    element,
    show(sentence) {
      element.hidden = sentence === null;
      words.textContent = sentence ?? '';
    },
  };
}

/** The sentence for what failed: the server's own, where it said one that is for people. */
export function sentenceOf(error: unknown, labels: Labels): string {
  if (!(error instanceof Failure)) return labels.failed;
  // A failure of our own says a number of a log, which is no use to a visitor.
  if (error.status !== 500 && error.detail !== '') return error.detail;
  return error.status === 429 ? fill(labels.busy, { seconds: error.retryAfter || 60 }) : labels.failed;
}

export interface Refusable {
  fail(message: string | null): void;
  input: HTMLElement;
}

/**
 * Puts what the server refused where it belongs, and the focus on the first of them. False where there is no such field: then
 * it is about all of it.
 */
export function failFields(error: unknown, fieldOf: (name: string) => Refusable | undefined): boolean {
  const errors = error instanceof Failure ? error.errors : [];
  const found = errors.flatMap(({ field, detail }) => {
    const target = fieldOf(field);
    target?.fail(detail);
    return target ? [target] : [];
  });
  found[0]?.input.focus();
  return found.length > 0 && found.length === errors.length;
}
