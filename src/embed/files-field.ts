import { el, icon, icons, newId } from './dom.ts';
import { errorPlace } from './field.ts';
import { fill, type Labels } from './labels.ts';
import type { PostedFile } from './wire.ts';

export interface FilesField {
  element: HTMLElement;
  input: HTMLInputElement;
  fail(message: string | null): void;
  /** The chosen files in base64; null where one of them cannot go, and then the field says why. */
  read(): Promise<PostedFile[] | null>;
  chosen(): readonly File[];
  /** Takes these out of those that are chosen. */
  drop(sent: readonly File[]): void;
}

const MOST_FILES = 5;
const FILE_BYTES = 10 * 1024 * 1024;
/** What is left of the 15 MiB of a request for files in base64, which is a third longer, beside the words. */
const TOTAL_BYTES = 11 * 1024 * 1024 - 256 * 1024;

/** Files to go with a message: chosen in one go or one after the other, and taken back one by one. */
export function filesField(labels: Labels): FilesField {
  let files: File[] = [];
  const [id, hintId] = [newId(), newId()];
  const input = el('input', { type: 'file', id, multiple: true });
  const list = el('ul', { class: 'chosen', hidden: true });
  const element = el(
    'div',
    { class: 'field files-field' },
    el('div', { class: 'attach' }, input, el('label', { for: id }, icon(icons.clip), labels.attach)),
    el('p', { class: 'hint quiet', id: hintId }, labels.attachHint),
    list,
  );
  const fail = errorPlace(element, input, [hintId]);

  const judge = (): string | null => {
    const large = files.find(({ size }) => size > FILE_BYTES);
    if (large) return fill(labels.fileTooLarge, { name: large.name });
    if (files.length > MOST_FILES) return labels.filesTooMany;
    return files.reduce((sum, { size }) => sum + size, 0) > TOTAL_BYTES ? labels.filesTooLarge : null;
  };
  const show = () => {
    list.hidden = files.length === 0;
    list.replaceChildren(...files.map(row));
    fail(judge());
  };
  const drop = (sent: readonly File[]) => {
    files = files.filter((file) => !sent.includes(file));
    show();
  };
  const row = (file: File): HTMLLIElement => {
    const remove = el(
      'button',
      { type: 'button', class: 'bare', 'aria-label': fill(labels.remove, { name: file.name }) },
      icon(icons.close),
    );
    remove.addEventListener('click', () => {
      drop([file]);
      input.focus();
    });
    return el('li', {}, icon(icons.file), el('span', { dir: 'auto' }, file.name), remove);
  };
  input.addEventListener('change', () => {
    files = [...files, ...(input.files ?? [])];
    // The same file can be chosen again after it was taken back.
    input.value = '';
    show();
  });

  return {
    element,
    input,
    fail,
    async read() {
      const wrong = judge();
      if (wrong !== null) {
        fail(wrong);
        return null;
      }
      const posted: PostedFile[] = [];
      for (const file of files) {
        const content = await inBase64(file).catch(() => null);
        if (content === null) {
          fail(fill(labels.fileUnreadable, { name: file.name }));
          return null;
        }
        posted.push({ name: file.name, content });
      }
      return posted;
    },
    chosen: () => files,
    drop,
  };
}

function inBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
