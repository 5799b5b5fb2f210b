import type { MiddlewareHandler } from 'hono';
import { problem } from '../problem.ts';

/**
 * Lets a form be sent from our own pages only: by `Sec-Fetch-Site` where the browser tells it, else by `Origin`, which every
 * browser sends with a POST.
 */
export function sameOrigin(origin: () => string): MiddlewareHandler {
  return async (context, next) => {
    const site = context.req.header('sec-fetch-site');
    const own = site === undefined ? context.req.header('origin') === origin() : site === 'same-origin';
    if (context.req.method === 'POST' && !own) {
      return problem(context, 403, {
        title: 'Not from this page',
        detail: 'This was sent from another site. Open the link of your invite and try it there.',
      });
    }
    await next();
  };
}
