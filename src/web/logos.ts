import { Hono } from 'hono';
import type { Context } from '../domain/context.ts';
import { findLogo } from '../domain/organizations/find-logo.ts';
import { knowsTag } from './etag.ts';

export interface LogoParts {
  context: Pick<Context, 'database'>;
}

/** A path is never used for another image, so that whoever has it may keep it: a year, the longest that RFC 9111 means. */
const FOREVER = 'public, max-age=31536000, immutable';

/** GET and HEAD /logos/<path>: the image under an unguessable path, for Slack, mailboxes and the invitation pages. */
export function logoRoutes({ context: { database } }: LogoParts): Hono {
  const routes = new Hono();
  routes.get('/logos/:path', async (context) => {
    const path = context.req.param('path');
    const logo = await findLogo({ database }, { path });
    if (!logo) return context.notFound();
    const etag = `"${path}"`;
    const headers = {
      'cache-control': FOREVER,
      etag,
      'content-type': logo.contentType,
      'x-content-type-options': 'nosniff',
      // Opened by itself it is an image and nothing else, whatever a browser makes of its bytes.
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
    };
    if (knowsTag(context.req.header('if-none-match'), etag)) return context.body(null, 304, headers);
    return context.body(new Uint8Array(logo.bytes), 200, {
      ...headers,
      'content-length': String(logo.bytes.length),
    });
  });
  return routes;
}
