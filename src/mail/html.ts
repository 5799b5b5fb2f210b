/** As much HTML is made into text, in UTF-16 code units. */
const READ = 1_000_000;
/** Elements within elements; tables of newsletters have dozens. The converter's time grows with the square of it. */
const DEPTH = 500;

/**
 * The text of HTML, for a mail that has nothing else: paragraphs are not broken, quotes get `> `, links show where they lead, and
 * pictures have no words.
 */
export async function htmlToText(html: string): Promise<string> {
  const read = html.slice(0, READ);
  if (depthOf(read) > DEPTH) return strip(read);
  // Loaded when it is needed: most mails have text.
  const converter = await import('html-to-text');
  return converter.htmlToText(read, {
    wordwrap: false,
    limits: { maxDepth: DEPTH },
    selectors: [
      { selector: 'img', format: 'skip' },
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['(', ')'] } },
      { selector: 'td', format: 'block' },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
        selector,
        options: { uppercase: false },
      })),
    ],
  });
}

const empty = new Set([
  'area',
  'base',
  'br',
  'col',
  'embed',
  'hr',
  'img',
  'input',
  'link',
  'meta',
  'source',
  'wbr',
]);
/** These end the one before them. */
const selfEnding = new Set(['p', 'li', 'td', 'th', 'tr', 'dd', 'dt', 'option']);

/** How deep elements stand in elements, at most. */
function depthOf(html: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [, end, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)/gi)) {
    const element = name.toLowerCase();
    if (empty.has(element) || selfEnding.has(element)) continue;
    depth = Math.max(0, depth + (end ? -1 : 1));
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** The words of HTML that is too strange to be read. */
function strip(html: string): string {
  return html.replace(/<(style|script)\b[^<]*<\/\1>/gi, ' ').replace(/<[^<>]*>/g, ' ');
}
