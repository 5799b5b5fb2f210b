import type { HttpBindings } from '@hono/node-server';
import { Hono, type MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { MAIL_BYTES } from '../domain/tickets/mail/store-mail.ts';
import type { Logger } from '../logger.ts';
import { inboundMailPath } from './inbound-mail.ts';
import { pluginBase } from './plugin/api.ts';
import { PLUGIN_BODY_BYTES } from './plugin/body.ts';
import { problem } from './problem.ts';

export type Pages = Hono<{ Bindings: HttpBindings }>;

/** No form or webhook of ours is larger, except what comes with files. */
const BODY_LIMIT = 1024 * 1024;
const bodyLimits: Record<string, number> = { [inboundMailPath]: MAIL_BYTES };
/** By the beginning of the path. */
const bodyLimitsBelow: [string, number][] = [['/t/', PLUGIN_BODY_BYTES]];

/** The routes as one. What none of them answers is 404, what fails is 500 under the request's id. */
export function assemblePages(routes: readonly Hono[], log: Logger): Pages {
  const pages: Pages = new Hono();
  pages.use(limitBody);
  for (const route of routes) pages.route('/', route);
  pages.notFound((context) =>
    problem(context, 404, { title: 'Nothing here', detail: 'There is no page at this address.' }),
  );
  pages.onError((error, context) => {
    const requestId = String(context.env.outgoing.getHeader('x-request-id'));
    // The route, not the path: an invite's token stands in it.
    const route = matchedRoutes(context).at(-1)?.path;
    log.error({ err: error, requestId, route }, 'A page failed.');
    const detail = `Something went wrong on our side. Try it again; if it stays, tell whoever runs Orgdesk the number ${requestId}.`;
    return problem(context, 500, { title: 'Not done', detail });
  });
  return pages;
}

/**
 * Takes no body that is too large, or that does not say how large it is (RFC 9110, 15.5.12); forms and webhooks do. Hono's
 * own limit counts such a body by a copy of the request, which fails on Node's.
 */
const limitBody: MiddlewareHandler = async (context, next) => {
  // The API judges its bodies itself, where its answers get the headers that a browser needs to show them.
  if (context.req.path.startsWith(`${pluginBase}/`)) return next();
  if (context.req.header('transfer-encoding') !== undefined) {
    const detail = 'Send the length of the body with it.';
    return problem(context, 411, { title: 'Length required', detail });
  }
  if (Number(context.req.header('content-length') ?? 0) > limitOf(context.req.path)) {
    return problem(context, 413, { title: 'Too large', detail: 'This is larger than anything we take.' });
  }
  await next();
};

function limitOf(path: string): number {
  const below = bodyLimitsBelow.find(([beginning]) => path.startsWith(beginning));
  return bodyLimits[path] ?? below?.[1] ?? BODY_LIMIT;
}
