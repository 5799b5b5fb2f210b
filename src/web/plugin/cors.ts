import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { PluginEnv } from './api.ts';

/**
 * Lets the browser's page of a listed website ask and read, and no other; by its Origin alone, without cookies. Stands behind
 * `gate.recognize`.
 */
export const listedCors: MiddlewareHandler<PluginEnv> = cors({
  origin: (origin, request) => (request.get('site').listed ? origin : null),
  allowMethods: ['GET', 'HEAD', 'POST'],
  allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'Last-Event-ID'],
  exposeHeaders: ['Retry-After', 'Idempotent-Replayed', 'Content-Disposition', 'X-Request-Id'],
  // Two hours, the most that browsers keep; what is asked then is judged by itself, each time.
  maxAge: 7200,
});

/** Says on every answer that it depends on the Origin, and that it is nobody's to keep unless its route says otherwise. */
export const varyByOrigin: MiddlewareHandler<PluginEnv> = async (request, next) => {
  await next();
  const { headers } = request.res;
  const varies = (headers.get('vary') ?? '').split(',').map((name) => name.trim().toLowerCase());
  if (!varies.includes('origin')) headers.append('vary', 'Origin');
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
};
