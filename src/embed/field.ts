import { el, newId, set } from './dom.ts';

/** A field of a form with its label and the place for what is wrong with it. */
export interface Field {
  element: HTMLElement;
  input: HTMLInputElement | HTMLTextAreaElement;
  value(): string;
  /** Says what is wrong at the field; null takes it back. */
  fail(message: string | null): void;
}

export interface FieldOptions {
  name: string;
  label: string;
  /** Beside the label, quieter. */
  aside?: string | undefined;
  type?: 'text' | 'email';
  lines?: number;
  required?: boolean;
  autocomplete?: string;
}

export function textField({ name, label, aside, type, lines, ...options }: FieldOptions): Field {
  const id = newId();
  const attributes = {
    id,
    name,
    'aria-required': options.required ? 'true' : null,
    autocomplete: options.autocomplete,
    dir: 'auto',
  };
  const input = lines
    ? el('textarea', { ...attributes, rows: lines })
    : el('input', { ...attributes, type: type ?? 'text' });
  const element = el(
    'div',
    { class: 'field' },
    el('label', { for: id }, label, aside ? el('span', { class: 'quiet' }, ` (${aside})`) : null),
    input,
  );
  return { element, input, value: () => input.value.trim(), fail: errorPlace(element, input) };
}

/** Gives what says, below a control, what is wrong with it, in a way that screen readers tie to it. */
export function errorPlace(
  element: HTMLElement,
  control: HTMLElement,
  describedBy: string[] = [],
): (message: string | null) => void {
  const place = el('p', { class: 'error', id: newId(), hidden: true });
  element.append(place);
  const describe = (ids: string[]) => set(control, { 'aria-describedby': ids.join(' ') || null });
  describe(describedBy);
  return (message) => {
    place.textContent = message ?? '';
    place.hidden = message === null;
    set(control, { 'aria-invalid': message === null ? null : 'true' });
    describe(message === null ? describedBy : [...describedBy, place.id]);
  };
}
