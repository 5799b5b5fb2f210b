import type { Block, Inline, Markup } from '../domain/tickets/markup/markup.ts';
import { targetBeside } from '../domain/tickets/markup/target.ts';
import { el } from './dom.ts';

/** Marked-up words as elements: the same ones as domain/tickets/markup/to-html.ts makes for a page and a mail. */
export function markupNodes(markup: Markup): Node[] {
  return markup.map(blockNode);
}

function blockNode(block: Block): Node {
  switch (block.kind) {
    case 'paragraph':
      return el('p', {}, ...block.children.flatMap(inlineNode));
    case 'quote':
      return el('blockquote', {}, ...block.children.flatMap(inlineNode));
    case 'code':
      return el('pre', {}, el('code', {}, block.text));
    case 'list':
      return el(
        'p',
        {},
        ...block.items.flatMap(({ marker, depth, children }, index) => [
          ...(index > 0 ? [el('br')] : []),
          `${'\u00a0'.repeat(4 * depth)}${marker} `,
          ...children.flatMap(inlineNode),
        ]),
      );
  }
}

function inlineNode(inline: Inline): (Node | string)[] {
  switch (inline.kind) {
    case 'text':
      return [inline.text];
    case 'break':
      return [el('br')];
    case 'code':
      return [el('code', {}, inline.text)];
    case 'strong':
      return [el('strong', {}, ...inline.children.flatMap(inlineNode))];
    case 'emphasis':
      return [el('em', {}, ...inline.children.flatMap(inlineNode))];
    case 'deleted':
      return [el('del', {}, ...inline.children.flatMap(inlineNode))];
    case 'link': {
      const { url, label } = inline;
      if (!/^(https?|mailto|tel):/i.test(url)) return [label];
      const target = targetBeside(inline);
      const link = el('a', { href: url, target: '_blank', rel: 'noopener noreferrer nofollow' }, label);
      return target === null ? [link] : [link, ` (${target})`];
    }
  }
}
