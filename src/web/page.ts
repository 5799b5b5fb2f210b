import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

/** HTML whose parts were escaped as they were put in. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export const stylesheetPath = '/assets/page.css';
export const iconPath = '/assets/icon.svg';

/**
 * A whole page: one heading, which is also the title, over `content`; `emblem` stands above both, and `head` is what else a page
 * of its own kind loads.
 */
export function page(
  heading: string,
  content: Html,
  { emblem = '', head = '' }: { emblem?: Html | ''; head?: Html | '' } = {},
): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <title>${heading} · Orgdesk</title>
    <link rel="icon" type="image/svg+xml" href="${iconPath}">
    <link rel="stylesheet" href="${stylesheetPath}">
    ${head}
  </head>
  <body>
    <main>
      ${emblem}<h1>${heading}</h1>
      ${content}
    </main>
  </body>
</html>
`;
}
