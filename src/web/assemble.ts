import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Logger } from '../logger.ts';
import { problem } from './problem.ts';

export type Pages = Hono<{ Bindings: HttpBindings }>;

/** No form or webhook of ours is larger. */
const BODY_LIMIT = 1024 * 1024;

/** The routes as one. What none of them answers is 404, what fails is 500 under the request's id. */
export function assemblePages(routes: readonly Hono[], log: Logger): Pages {
  const pages: Pages = new Hono();
  pages.use(
    bodyLimit({
      maxSize: BODY_LIMIT,
      onError: (context) =>
        problem(context, 413, { title: 'Too large', detail: 'This is larger than anything we take.' }),
    }),
  );
  for (const route of routes) pages.route('/', route);
  pages.notFound((context) =>
    problem(context, 404, { title: 'Nothing here', detail: 'There is no page at this address.' }),
  );
  pages.onError((error, context) => {
    const requestId = String(context.env.outgoing.getHeader('x-request-id'));
    log.error({ err: error, requestId, path: context.req.path }, 'A page failed.');
    const detail = `Something went wrong on our side. Try it again; if it stays, tell whoever runs Orgdesk the number ${requestId}.`;
    return problem(context, 500, { title: 'Not done', detail });
  });
  return pages;
}
