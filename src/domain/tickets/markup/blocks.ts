import { cleanText } from '../clean-text.ts';
import { parseLine, plainWords } from './inline.ts';
import type { Block, Inline, ListItem, Markup, Names } from './markup.ts';

/**
 * Slack's markup (the text of a message event) as blocks. Every text has a reading; what is no markup is words. Entities are
 * read exactly once.
 */
export function parseMarkup(text: string, names: Names): Markup {
  // The odd parts stood between two fences.
  return cleanText(text)
    .split(/```([\s\S]+?)```/)
    .flatMap((part, index) => (index % 2 === 1 ? code(part, names) : readLines(part, names)));
}

/** Words without any markup, as a customer writes them: lines and paragraphs, nothing else. */
export function plainMarkup(text: string): Markup {
  const paragraphs = cleanText(text).split(/\n(?:[ \t]*\n)+/);
  return paragraphs
    .map((paragraph) => paragraph.replace(/^\n+|\s+$/g, ''))
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => ({
      kind: 'paragraph',
      children: inLines(paragraph.split('\n').map((line) => [{ kind: 'text', text: line }])),
    }));
}

/** The Slack user ids that a text mentions, each once. */
export function mentionedPeople(text: string): string[] {
  return [
    ...new Set(
      Array.from(text.matchAll(/<@([A-Z0-9]{2,30})(?:\|[^<>\n]*)?>/g), (match) => match[1] as string),
    ),
  ];
}

function code(text: string, names: Names): Block[] {
  const words = plainWords(text, names).replace(/^\n|\n$/g, '');
  return words.trim() === '' ? [] : [{ kind: 'code', text: words }];
}

type Line =
  | { kind: 'words' | 'quote'; text: string }
  | { kind: 'item'; text: string; marker: string; depth: number };

/** A line by how it begins. Three signs quote all the rest. */
function readLine(text: string): Line {
  const quoted = /^(?:&gt;|>) ?(.*)$/.exec(text);
  if (quoted) return { kind: 'quote', text: quoted[1] as string };
  const item = /^([ \t]*)([•◦▪▫‣·]|[0-9]{1,4}\.|[a-zA-Z]\.|[-*](?= \S))[ \t]+(\S.*)$/u.exec(text);
  if (!item) return { kind: 'words', text };
  const [, indent = '', marker = '', words = ''] = item;
  const depth = Math.min(Math.floor(indent.replaceAll('\t', '    ').length / 4), 8);
  return { kind: 'item', text: words, marker, depth };
}

function readLines(text: string, names: Names): Block[] {
  const [before = '', ...quoted] = text.split(/^(?:&gt;|>){3}/m);
  const lines = before.split('\n').map(readLine);
  if (quoted.length > 0) {
    if (before.endsWith('\n')) lines.pop();
    for (const line of quoted.join('').split('\n'))
      lines.push({ kind: 'quote', text: line.replace(/^ /, '') });
  }
  const blocks: Block[] = [];
  for (const run of runsOf(lines)) {
    const [first] = run;
    if (first?.kind === 'item')
      blocks.push({ kind: 'list', items: run.flatMap((line) => itemOf(line, names)) });
    else if (first?.kind === 'quote') blocks.push(...wordBlocks('quote', run, names));
    else blocks.push(...wordBlocks('paragraph', run, names));
  }
  return blocks;
}

/** Lines of one kind that follow each other; an empty line ends a paragraph. */
function runsOf(lines: readonly Line[]): Line[][] {
  const runs: Line[][] = [];
  let open = false;
  for (const line of lines) {
    const empty = line.kind === 'words' && line.text.trim() === '';
    const last = runs.at(-1);
    if (!empty && open && last?.[0]?.kind === line.kind) last.push(line);
    else if (!empty) runs.push([line]);
    open = !empty;
  }
  return runs;
}

function itemOf(line: Line, names: Names): ListItem[] {
  if (line.kind !== 'item') return [];
  return [{ marker: line.marker, depth: line.depth, children: parseLine(line.text, names) }];
}

function wordBlocks(kind: 'paragraph' | 'quote', lines: readonly Line[], names: Names): Block[] {
  const children = inLines(lines.map(({ text }) => parseLine(text, names)));
  return children.length === 0 ? [] : [{ kind, children }];
}

function inLines(lines: readonly Inline[][]): Inline[] {
  return lines.flatMap((line, index) => (index === 0 ? line : [{ kind: 'break' as const }, ...line]));
}
