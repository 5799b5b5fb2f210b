import { OpenAPIHono } from '@hono/zod-openapi';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { routePath } from 'hono/route';
import { Refusal } from '../../domain/errors.ts';
import { type PluginApi, type PluginEnv, pluginBase } from './api.ts';
import { attachmentRoutes } from './attachments.ts';
import { jsonOnly } from './body.ts';
import { type ConversationRouteParts, conversationRoutes } from './conversation.ts';
import { listedCors, varyByOrigin } from './cors.ts';
import { type EventParts, eventRoutes } from './events.ts';
import { createGate, type Gate, type GateParts } from './gate.ts';
import { createLimits, type LimitParts, type Limits } from './limits.ts';
import { documentPath, documentRoute } from './openapi.ts';
import { type PaymentParts, paymentRoutes } from './payments.ts';
import { Problem } from './problems.ts';
import { strictJson } from './read-json.ts';
import { invalid, problemOf } from './refusals.ts';
import { type SessionParts, sessionRoutes } from './sessions.ts';
import { type TicketParts, ticketRoutes } from './tickets.ts';

/** What the API needs from outside; the gate and the limits are its own. */
export type PluginParts = GateParts &
  LimitParts &
  Omit<SessionParts & TicketParts & PaymentParts & ConversationRouteParts & EventParts, 'gate' | 'limits'>;

/** Every route of the API, by its owner's file. */
const routes: ((api: PluginApi, parts: PluginParts & { gate: Gate; limits: Limits }) => void)[] = [
  sessionRoutes,
  ticketRoutes,
  paymentRoutes,
  conversationRoutes,
  attachmentRoutes,
  eventRoutes,
];

/** The API under /plugin/v1. Whatever is asked and whatever happens, it answers JSON. */
export function pluginRoutes({ plugin }: { plugin: PluginParts }): Hono {
  return new Hono().route('/', createPluginApi(plugin));
}

/** The API with its description; tests look through its routes. */
export function createPluginApi(parts: PluginParts): PluginApi {
  const { log, ownOrigin } = parts;
  const gate = createGate(parts);
  const limits = createLimits(parts);
  const api: PluginApi = new OpenAPIHono<PluginEnv>({
    defaultHook: (result, request) => {
      if (result.success) return;
      if (result.target === 'json' && request.var.unreadable) throw request.var.unreadable;
      throw invalid(result.error, places[result.target] ?? result.target);
    },
  });
  api.onError((error, request) => {
    if (error instanceof Problem) return error.toResponse();
    if (error instanceof Refusal) return problemOf(error).toResponse();
    if (error instanceof HTTPException && error.status < 500) {
      return new Problem(error.status as 400, 'refused', error.message).toResponse();
    }
    const requestId = String(request.env.outgoing.getHeader('x-request-id'));
    log.error({ err: error, requestId, route: routePath(request) }, 'A request to the plugin API failed.');
    const detail = `Something went wrong on our side. Try it again; if it stays, tell whoever runs Orgdesk the number ${requestId}.`;
    return new Problem(500, 'failed', detail).toResponse();
  });
  const under = `${pluginBase}/*`;
  api.use(under, varyByOrigin);
  // The description is for anybody; all else stands behind the gate.
  documentRoute(api, { ownOrigin });
  api.use(under, gate.recognize, listedCors, jsonOnly, strictJson);
  for (const route of routes) route(api, { ...parts, gate, limits });
  api.all(under, () => {
    throw new Problem(404, 'no_route', `There is nothing at this address. See ${documentPath}.`);
  });
  return api;
}

const places: Record<string, string> = { json: 'body', param: 'path' };
