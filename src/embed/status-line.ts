import { el } from './dom.ts';

export interface StatusLine {
  element: HTMLElement;
  /** Shows it in the place of what was said before; nothing where it is empty. */
  say(sentence: string): void;
}

/** Milliseconds in which a screen reader has met a line that has just come into the page. */
const MET = 100;

/** A line that screen readers read aloud as it changes: it has to be there, without words, before it says something. */
export function statusLine(className: string): StatusLine {
  const element = el('p', { class: className, role: 'status' });
  let said = '';
  let timer = 0;
  const fill = () => {
    element.textContent = said;
  };
  return {
    element,
    say(sentence) {
      if (sentence === said) return;
      said = sentence;
      clearTimeout(timer);
      if (sentence === '') fill();
      else timer = window.setTimeout(fill, MET);
    },
  };
}
