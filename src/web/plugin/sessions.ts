import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from '../../domain/context.ts';
import { keyScopes } from '../../domain/plugin/keys/key-format.ts';
import type { PluginSessions } from '../../domain/plugin/session.ts';
import { type PluginApi, pluginBase } from './api.ts';
import type { Gate } from './gate.ts';
import type { Limits } from './limits.ts';
import { problems } from './problems.ts';
import { keyQuery } from './schemas.ts';

export interface SessionParts {
  context: Pick<Context, 'now'>;
  gate: Gate;
  limits: Limits;
  sessions: PluginSessions;
}

/** `POST /plugin/v1/sessions?key=` gives a listed website the session that opening tickets and paying need. */
export function sessionRoutes(api: PluginApi, { context, gate, limits, sessions }: SessionParts): void {
  const route = createRoute({
    method: 'post',
    path: `${pluginBase}/sessions`,
    tags: ['Sessions'],
    summary: 'Begin a session',
    description:
      'For browsers: ten minutes, for one purpose, from the website that asked. Needs an Origin that is listed.',
    middleware: [gate.listedSite, limits.perAddress('sessions')],
    request: {
      query: keyQuery,
      body: {
        required: true,
        content: { 'application/json': { schema: z.strictObject({ purpose: z.enum(keyScopes) }) } },
      },
    },
    responses: {
      201: {
        description: 'The session, to be sent as a bearer token.',
        content: {
          'application/json': {
            schema: z.object({
              session: z.string().openapi({ example: 'ods_…' }),
              expiresAt: z.iso.datetime(),
            }),
          },
        },
      },
      ...problems(400, 403, 411, 413, 415, 429),
    },
  });
  api.openapi(route, (request) => {
    const { organizationId, keyId, origin } = request.var.caller;
    const { purpose } = request.req.valid('json');
    // The gate let nobody in without one.
    const bounds = { organizationId, keyId, origin: origin as string, purpose };
    const { session, expiresAt } = sessions.issue(bounds, context.now());
    return request.json({ session, expiresAt: expiresAt.toISOString() }, 201);
  });
}
