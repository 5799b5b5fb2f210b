import { createHash } from 'node:crypto';
import { type PluginApi, pluginBase } from './api.ts';

export const documentPath = `${pluginBase}/openapi.json`;

/**
 * `GET /plugin/v1/openapi.json`: the description of every route that stands on `api`, made of the schemas that they validate by.
 * For anybody, from anywhere.
 */
export function documentRoute(api: PluginApi, { ownOrigin }: { ownOrigin: string }): void {
  const bearer = (description: string) => ({ type: 'http', scheme: 'bearer', description }) as const;
  api.openAPIRegistry.registerComponent(
    'securitySchemes',
    'session',
    bearer('`ods_…`, given by `POST /plugin/v1/sessions` to a listed website, for ten minutes.'),
  );
  api.openAPIRegistry.registerComponent(
    'securitySchemes',
    'secretKey',
    bearer('`odsk_…`, made with `/org plugin`, for a server of yours alone.'),
  );
  api.openAPIRegistry.registerComponent(
    'securitySchemes',
    'conversation',
    bearer('`odt_…`, given to whoever opened a ticket; it opens that one.'),
  );
  api.openAPIRegistry.registerPath({
    method: 'get',
    path: documentPath,
    tags: ['Description'],
    summary: 'Read this description',
    responses: {
      200: {
        description: 'OpenAPI 3.1.',
        content: { 'application/json': { schema: { type: 'object' } } },
      },
    },
  });
  let made: { body: string; etag: string } | undefined;
  api.get(documentPath, (request) => {
    made ??= make(api, ownOrigin);
    const headers = {
      'cache-control': 'public, max-age=300',
      etag: made.etag,
      'access-control-allow-origin': '*',
    };
    if (request.req.header('if-none-match') === made.etag) return request.body(null, 304, headers);
    return request.body(made.body, 200, { ...headers, 'content-type': 'application/json' });
  });
}

function make(api: PluginApi, ownOrigin: string): { body: string; etag: string } {
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Orgdesk plugin API',
      version: '1',
      description:
        'Websites that an organization has authorized open tickets and take payments; all others can do neither. JSON only; errors are `application/problem+json` (RFC 9457).',
    },
    servers: [{ url: ownOrigin }],
  });
  const body = JSON.stringify(document);
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}
