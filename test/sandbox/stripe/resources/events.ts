import { z } from 'zod';
import { paginate, within } from '../http/pagination.ts';
import { boolean, expand, moments, pagination, text } from '../http/parameters.ts';
import { pathId, type Route, route } from '../http/route.ts';
import { invalidRequest } from '../refusal.ts';

const kept = 30 * 86_400;

function typeFits(wanted: string, type: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}

export const eventRoutes: Route[] = [
  route('GET', '/v1/events/:id', { expand: expand() }, ({ account, path }) => {
    const event = account.events.require(pathId(path, 'id'), 'id', 404);
    if (event.created < account.now() - kept) throw account.events.missing(event.id, 'id', 404);
    return event;
  }),
  route(
    'GET',
    '/v1/events',
    {
      ...pagination,
      created: moments().optional(),
      delivery_success: boolean().optional(),
      type: text().optional(),
      types: z.array(text()).max(20).optional(),
    },
    ({ account, params }) => {
      if (params.type !== undefined && params.types !== undefined) {
        throw invalidRequest('You may only specify one of these parameters: type, types.', { param: 'type' });
      }
      const types = params.types ?? (params.type === undefined ? undefined : [params.type]);
      const oldest = account.now() - kept;
      return paginate(
        account.events,
        (event) =>
          event.created >= oldest &&
          event.account === undefined &&
          (types === undefined || types.some((wanted) => typeFits(wanted, event.type))) &&
          (params.delivery_success === undefined ||
            (event.pending_webhooks === 0) === params.delivery_success) &&
          within(params.created, event.created),
        params,
        '/v1/events',
      );
    },
  ),
];
