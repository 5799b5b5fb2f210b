import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Block, Inline, Markup } from './markup.ts';
import { targetBeside } from './target.ts';

/** HTML whose parts were escaped as they were put in. */
type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** The style attribute of each element, where mail readers need it there; without one, a page's stylesheet is meant. */
export type Styles = Partial<Record<'paragraph' | 'quote' | 'code' | 'list', string>>;

/**
 * As HTML that is safe wherever it stands: only the elements below are made, every word is escaped, and an address comes into
 * a link only as https, http, mailto or tel. Links show where they lead.
 */
export function toHtml(markup: Markup, styles: Styles = {}): Html {
  return html`${markup.map((block) => blockHtml(block, styles))}`;
}

function blockHtml(block: Block, styles: Styles): Html {
  const look = styles[block.kind];
  const style = look === undefined ? '' : html` style="${look}"`;
  switch (block.kind) {
    case 'paragraph':
      return html`<p${style}>${block.children.map(inlineHtml)}</p>
`;
    case 'quote':
      return html`<blockquote${style}>${block.children.map(inlineHtml)}</blockquote>
`;
    case 'code':
      return html`<pre${style}><code>${block.text}</code></pre>
`;
    case 'list':
      // With the marks that were written: numbers may begin anywhere, and depths may be left out.
      return html`<p${style}>${block.items.map(
        ({ marker, depth, children }, index) =>
          html`${index > 0 ? html`<br>` : ''}${'\u00a0'.repeat(4 * depth)}${marker} ${children.map(inlineHtml)}`,
      )}</p>
`;
  }
}

function inlineHtml(inline: Inline): Html {
  switch (inline.kind) {
    case 'text':
      return html`${inline.text}`;
    case 'break':
      return html`<br>`;
    case 'code':
      return html`<code>${inline.text}</code>`;
    case 'strong':
      return html`<strong>${inline.children.map(inlineHtml)}</strong>`;
    case 'emphasis':
      return html`<em>${inline.children.map(inlineHtml)}</em>`;
    case 'deleted':
      return html`<del>${inline.children.map(inlineHtml)}</del>`;
    case 'link': {
      const target = targetBeside(inline);
      const beside = target === null ? '' : html` (${target})`;
      return html`<a href="${inline.url}" rel="noopener noreferrer nofollow">${inline.label}</a>${beside}`;
    }
  }
}
