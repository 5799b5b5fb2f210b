import { Hono } from 'hono';
import { stylesheetPath } from './page.ts';

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
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
p, li, dd { overflow-wrap: anywhere; }
a { color: var(--action); }
dt { color: var(--quiet); }
dd { margin: 0 0 0.75rem; }
code { font-size: 0.95em; }
img.logo { max-width: 6rem; max-height: 6rem; border-radius: 0.5rem; }
form { display: inline-block; margin: 0.5rem 0.75rem 0 0; }
button, a.button { display: inline-block; padding: 0.6rem 1.1rem; border: 1px solid var(--action); border-radius: 0.5rem; background: var(--action); color: var(--on-action); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; }
button.quiet { background: none; color: var(--action); }
:focus-visible { outline: 3px solid var(--action); outline-offset: 2px; }
.quiet { color: var(--quiet); }
`;

/** The stylesheet of every page. */
export function stylesheetRoutes(): Hono {
  return new Hono().get(stylesheetPath, (context) =>
    context.body(stylesheet, 200, {
      'content-type': 'text/css; charset=utf-8',
      'cache-control': 'public, max-age=3600',
    }),
  );
}
