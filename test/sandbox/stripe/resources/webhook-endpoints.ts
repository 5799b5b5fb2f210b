import { z } from 'zod';
import { paginate } from '../http/pagination.ts';
import {
  boolean,
  emptyable,
  expand,
  mergedMetadata,
  metadata,
  pagination,
  text,
  unsimulated,
  url,
} from '../http/parameters.ts';
import { pathId, type Route, route } from '../http/route.ts';
import { newId, randomText } from '../identifiers.ts';

/**
 * Where events are to be sent, as an operator's setup sees it. Their delivery is the test's to direct: see `webhooks`.
 */
export const webhookEndpointRoutes: Route[] = [
  route(
    'POST',
    '/v1/webhook_endpoints',
    {
      api_version: text().optional(),
      connect: boolean().optional(),
      description: emptyable(text(5_000)).optional(),
      enabled_events: z.array(text()).min(1),
      expand: expand(),
      metadata: metadata().optional(),
      url: url(),
    },
    ({ account, params }) => {
      const endpoint = account.webhookEndpoints.insert({
        id: newId('we'),
        object: 'webhook_endpoint' as const,
        api_version: params.api_version ?? null,
        // Stripe names here the platform's application where the endpoint hears of connected accounts.
        application: params.connect ? 'ca_sandbox' : null,
        created: account.now(),
        description: params.description ?? null,
        enabled_events: params.enabled_events,
        livemode: false,
        metadata: mergedMetadata({}, params.metadata),
        status: 'enabled' as const,
        url: params.url,
      });
      // Only this answer names it.
      return { ...endpoint, secret: `whsec_${randomText(32)}` };
    },
  ),
  route('GET', '/v1/webhook_endpoints', pagination, ({ account, params }) =>
    paginate(account.webhookEndpoints, () => true, params, '/v1/webhook_endpoints'),
  ),
  route(
    'POST',
    '/v1/webhook_endpoints/:endpoint',
    {
      enabled_events: z.array(text()).min(1).optional(),
      expand: expand(),
      ...unsimulated('description', 'disabled', 'metadata', 'url'),
    },
    ({ account, path, params }) => {
      const endpoint = account.webhookEndpoints.require(pathId(path, 'endpoint'), 'webhook_endpoint', 404);
      if (params.enabled_events) endpoint.enabled_events = params.enabled_events;
      return endpoint;
    },
  ),
];
