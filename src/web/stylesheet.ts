import { Hono } from 'hono';
import { iconPath, stylesheetPath } from './page.ts';

// Text on buttons and pages keeps a contrast of 4.5 : 1 (WCAG 2.2, 1.4.3) on both backgrounds.
const stylesheet = `:root {
  color-scheme: light dark;
  --ink: light-dark(#1c2733, #e8edf2);
  --quiet: light-dark(#52606d, #a9b6c3);
  --paper: light-dark(#ffffff, #1b2129);
  --desk: light-dark(#eef1f4, #11161c);
  --line: light-dark(#d3dae1, #38434f);
  --action: light-dark(#0b5cad, #7db7f5);
  --on-action: light-dark(#ffffff, #0d1a28);
}
body { margin: 0; background: var(--desk); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 34rem; margin: 8vh auto; padding: 2rem; background: var(--paper); border: 1px solid var(--line); border-radius: 0.75rem; }
@media (max-width: 36rem) { main { margin: 0; padding: 1.5rem; border-width: 0 0 1px; border-radius: 0; } }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
p, li, dd { overflow-wrap: anywhere; }
a { color: var(--action); }
dl { display: grid; grid-template-columns: max-content 1fr; margin: 1.5rem 0; border-top: 1px solid var(--line); }
dt, dd { margin: 0; padding: 0.6rem 1.5rem 0.6rem 0; border-bottom: 1px solid var(--line); }
dt { color: var(--quiet); }
@media (max-width: 24rem) { dl { display: block; } dt { padding-bottom: 0; border: 0; } dd { padding-top: 0; } }
code { font-size: 0.95em; }
img.logo { display: block; max-width: 6rem; max-height: 4rem; margin: 0 0 1rem; border-radius: 0.5rem; }
form { display: inline-block; margin: 0.5rem 0.75rem 0 0; }
button, a.button { display: inline-block; padding: 0.6rem 1.1rem; border: 1px solid var(--action); border-radius: 0.5rem; background: var(--action); color: var(--on-action); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; }
.choices { display: flex; flex-wrap: wrap; gap: 0.75rem; margin: 1.5rem 0; }
.choices form { margin: 0; }
button.quiet, a.button.quiet { background: none; color: var(--action); }
button:hover, a.button:hover { filter: brightness(1.1); }
details { margin: 1.5rem 0 0; }
summary { color: var(--quiet); cursor: pointer; }
blockquote { margin: 1rem 0; padding: 0 0 0 1rem; border-left: 3px solid var(--line); overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--action); outline-offset: 2px; }
.quiet { color: var(--quiet); }
`;

// A desk under a speech bubble.
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b5cad"/><path d="M8 7h16v10h-9l-4 4v-4H8z" fill="#fff"/><path d="M6 23h20v3H6z" fill="#7db7f5"/></svg>`;

const cached = { 'cache-control': 'public, max-age=3600' };

/** The stylesheet and the icon of every page. */
export function stylesheetRoutes(): Hono {
  return new Hono()
    .get(stylesheetPath, (context) =>
      context.body(stylesheet, 200, { 'content-type': 'text/css; charset=utf-8', ...cached }),
    )
    .get(iconPath, (context) => context.body(icon, 200, { 'content-type': 'image/svg+xml', ...cached }));
}
