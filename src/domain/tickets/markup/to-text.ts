import type { Block, Inline, Markup } from './markup.ts';
import { targetBeside } from './target.ts';

const marks = { strong: '*', emphasis: '_', deleted: '~' } as const;

/** As plain text: bold, italic and struck-through keep their signs, quotes get `> `, links show where they lead. */
export function toText(markup: Markup): string {
  return markup.map(blockText).join('\n\n');
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return inlineText(block.children);
    case 'quote':
      return inlineText(block.children).replace(/^/gm, '> ');
    case 'code':
      return block.text.replace(/^/gm, '    ');
    case 'list':
      return block.items
        .map(({ marker, depth, children }) => `${'  '.repeat(depth)}${marker} ${inlineText(children)}`)
        .join('\n');
  }
}

function inlineText(children: readonly Inline[]): string {
  return children.map(wordText).join('');
}

function wordText(inline: Inline): string {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'break':
      return '\n';
    case 'code':
      return `\`${inline.text}\``;
    case 'link': {
      const target = targetBeside(inline);
      return target === null ? inline.label : `${inline.label} (${target})`;
    }
    default:
      return `${marks[inline.kind]}${inlineText(inline.children)}${marks[inline.kind]}`;
  }
}
