import type { Context } from 'hono';
import { html } from 'hono/html';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { page } from './page.ts';

/** What went wrong, as a page for browsers and as problem+json (RFC 9457) for everybody else. */
export function problem(
  context: Context,
  status: ContentfulStatusCode,
  { title, detail }: { title: string; detail: string },
): Response | Promise<Response> {
  if (context.req.header('accept')?.includes('text/html')) {
    return context.html(page(title, html`<p>${detail}</p>`), status);
  }
  return context.body(JSON.stringify({ title, status, detail }), status, {
    'content-type': 'application/problem+json',
  });
}
