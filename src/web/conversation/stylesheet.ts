import { Hono } from 'hono';
import { conversationStyles } from '../plugin/generated/script.ts';

export const conversationStylesheetPath = '/assets/conversation.css';

/** The colours that only a conversation has, and a page wide enough for one; the rest is as in a website's panel. */
const stylesheet = `:root {
  --edge: light-dark(#7b8896, #7d8b99);
  --bubble: light-dark(#eef1f4, #2a323c);
  --mine: light-dark(#dcebfa, #1d3a58);
  --bad: light-dark(#b3261e, #ff9d94);
}
main { max-width: 42rem; box-sizing: border-box; }
@media (min-width: 36.01rem) { main { margin-block: 4vh; } }
${conversationStyles}
main .answer { border-top: 1px solid var(--line); padding-top: 1.25rem; }
main .hint-shown { margin: 0; font-size: 0.875em; }
main .field input[type="file"] { font: inherit; max-width: 100%; }
main .attach input[type="file"] { font-size: 0; }
main > :last-child { margin-bottom: 0; }
main .earlier-link { margin: 0; }
main .messages:focus-visible { outline-offset: 6px; }
`;

/** GET /assets/conversation.css */
export function conversationStylesheetRoutes(): Hono {
  return new Hono().get(conversationStylesheetPath, (request) =>
    request.body(stylesheet, 200, {
      'content-type': 'text/css; charset=utf-8',
      'cache-control': 'public, max-age=300',
    }),
  );
}
