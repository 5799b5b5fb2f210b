import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Logger } from '../logger.ts';
import { checkoutReturnRoutes } from './checkout-return.ts';
import { type HealthParts, healthRoutes } from './health.ts';
import { problem } from './problem.ts';
import { type LogoParts, logoRoutes } from './logos.ts';
import { type StripeWebhookParts, stripeWebhookRoutes } from './stripe-webhook.ts';
import { stylesheetRoutes } from './stylesheet.ts';

/** What the routes need; each feature's file says its share. */
export type RouteParts = HealthParts & StripeWebhookParts & LogoParts;

/** Every route beside Slack's own. */
const routes: ((parts: RouteParts) => Hono)[] = [
  healthRoutes,
  stylesheetRoutes,
  stripeWebhookRoutes,
  checkoutReturnRoutes,
  logoRoutes,
];

/** No form or webhook of ours is larger. */
const BODY_LIMIT = 1024 * 1024;

/** The pages and webhooks of the product. What no route answers is 404, what fails is 500 under the request's id. */
export function createPages({
  log,
  ...parts
}: RouteParts & { log: Logger }): Hono<{ Bindings: HttpBindings }> {
  const pages = new Hono<{ Bindings: HttpBindings }>();
  pages.use(
    bodyLimit({
      maxSize: BODY_LIMIT,
      onError: (context) =>
        problem(context, 413, { title: 'Too large', detail: 'This is larger than anything we take.' }),
    }),
  );
  for (const route of routes) pages.route('/', route(parts));
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
