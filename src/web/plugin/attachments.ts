import { createRoute, z } from '@hono/zod-openapi';
import { readAttachment } from '../../domain/tickets/conversation/read-attachment.ts';
import { downloadHeaders } from '../download.ts';
import { type PluginApi, pluginBase } from './api.ts';
import type { Gate } from './gate.ts';
import {
  type ConversationParts,
  conversationRoute,
  openConversation,
  ticketParams,
} from './open-conversation.ts';
import { problems } from './problems.ts';
import { keyQuery } from './schemas.ts';

/** Gives a file of a conversation to whoever has its token. */
export function attachmentRoutes(api: PluginApi, parts: ConversationParts & { gate: Gate }): void {
  const { context, gate, limits } = parts;
  const route = createRoute({
    ...conversationRoute,
    method: 'get',
    path: `${pluginBase}/tickets/{id}/attachments/{attachmentId}`,
    summary: 'Download a file',
    description: 'Always to be saved, never to be shown as a page.',
    middleware: [gate.conversation],
    request: {
      params: ticketParams.extend({
        attachmentId: z.string().openapi({ param: { name: 'attachmentId', in: 'path' } }),
      }),
      query: keyQuery,
    },
    responses: {
      200: {
        description: 'The file.',
        content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
      },
      ...problems(401, 403, 404, 429),
    },
  });
  api.openapi(route, async (request) => {
    const { id, attachmentId } = request.req.valid('param');
    const { ticketId } = await openConversation(parts, request, id);
    await limits.take('files', ticketId);
    const { name, contentType, bytes } = await readAttachment(context, { ticketId, attachmentId });
    return request.body(
      new Uint8Array(bytes),
      200,
      downloadHeaders({ name, contentType, size: bytes.length }),
    );
  });
}
