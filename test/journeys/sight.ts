import type { Person } from '../sandbox/slack/person.ts';

/** All words that a view or message shows, in order; with them what buttons and inputs are called. */
export function wordsOf(shown: unknown): string {
  if (Array.isArray(shown)) return shown.map(wordsOf).filter(Boolean).join('\n');
  if (typeof shown !== 'object' || shown === null) return '';
  const { text, ...rest } = shown as Record<string, unknown>;
  const own = typeof text === 'string' ? text : wordsOf(text);
  return [own, wordsOf(Object.values(rest))].filter(Boolean).join('\n');
}

/** The words of the topmost modal; '' where none is open. */
export function modalOf(person: Person): string {
  const view = person.modal?.view;
  return view ? wordsOf([view.title, view.blocks]) : '';
}

/** The three figures, which stand together wherever they stand: purchased, used, monthly cost. */
export function figuresOf(words: string): [string, string, string] {
  const [, purchased = '', used = '', cost = ''] =
    /\*Seats purchased\*\n(\S+)\n\*Seats used\*\n(\S+)\n\*Monthly cost\*\n(\S+)/.exec(words) ?? [];
  return [purchased, used, cost];
}

/** Which of the controls of one id in the topmost modal is meant: the one that names `words`, by its label or beside it. */
export function controlFor(
  person: Person,
  actionId: string,
  words: string,
): { blockId: string; value?: string } {
  const found = (person.modal?.elements ?? []).filter(
    (placed) =>
      placed.actionId === actionId &&
      JSON.stringify(placed.block.type === 'actions' ? placed.element : placed.block).includes(words),
  );
  const [control] = found;
  if (!control || found.length > 1) throw new Error(`${found.length} controls ${actionId} name ${words}.`);
  const { value } = control.element;
  return { blockId: control.blockId, ...(typeof value === 'string' && { value }) };
}

/** What an HTML page says, without its tags. */
export function pageWords(html: string): string {
  return html
    .replace(/<style[\s\S]*?<\/style>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
}
