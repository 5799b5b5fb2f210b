import { createRoute, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { answerTicket, TEXT_READ } from '../../domain/tickets/conversation/answer-ticket.ts';
import { conversationPath } from '../../domain/tickets/conversation/conversation-token.ts';
import {
  MOST_MESSAGES,
  PAGE_MESSAGES,
  readConversation,
} from '../../domain/tickets/conversation/read-conversation.ts';
import { readCustomerMessages, readCustomerTicket } from '../../domain/tickets/customer-view.ts';
import { readPostedFiles } from '../../domain/tickets/posted-files.ts';
import { type PluginApi, type PluginEnv, pluginBase } from './api.ts';
import { conversationTicketSchema, messageSchema, wireMessage, wireTicket } from './conversation-message.ts';
import type { Gate } from './gate.ts';
import {
  type ConversationParts,
  conversationRoute,
  openConversation,
  ticketParams,
} from './open-conversation.ts';
import { Problem, problems } from './problems.ts';
import { attachmentsSchema, idempotencyHeaders, keyQuery } from './schemas.ts';

export interface ConversationRouteParts extends ConversationParts {
  gate: Gate;
  publicUrl(path: string): string;
}

const answerSchema = z
  .strictObject({
    text: z.string().max(TEXT_READ, 'An answer has at most 10,000 characters.').openapi({
      description: 'Plain text of at most 10,000 characters; may be empty where files are sent.',
    }),
    attachments: attachmentsSchema.optional(),
  })
  .openapi('Answer');

const answeredSchema = z
  .object({
    ticket: conversationTicketSchema,
    token: z.string().openapi({ description: 'Opens `ticket`.', example: 'odt_…' }),
    url: z.url(),
    message: messageSchema.nullable().openapi({
      description: 'Null where `ticket` was merged: then it stands in the one that goes on.',
    }),
    continued: z.boolean().openapi({
      description:
        'True where the asked ticket is closed: `ticket` is the one that goes on from it, with a token of its own.',
    }),
  })
  .openapi('Answered');

const conversationSchema = z
  .object({
    ticket: conversationTicketSchema,
    messages: z.array(messageSchema).openapi({ description: 'Oldest first.' }),
    earlier: z
      .uuid()
      .nullable()
      .openapi({ description: 'The `before` of the page ahead of this one; null where there is none.' }),
    revision: z.int().openapi({ description: 'What to open the events with, as `Last-Event-ID`.' }),
  })
  .openapi('Conversation');

/** Reading a ticket's conversation and answering in it, for whoever has its token. */
export function conversationRoutes(api: PluginApi, parts: ConversationRouteParts): void {
  const { context, gate, limits, conversationTokens, publicUrl } = parts;

  const readRoute = createRoute({
    ...conversationRoute,
    method: 'get',
    path: `${pluginBase}/tickets/{id}`,
    summary: 'Read a conversation',
    description: `The newest ${PAGE_MESSAGES} messages, or as many as asked for; the rest page by page with \`before\`.`,
    middleware: [gate.conversation],
    request: {
      params: ticketParams,
      query: keyQuery.extend({
        before: z.uuid().optional().openapi({ description: 'A message’s id: those before it are read.' }),
        limit: z.coerce.number().int().min(1).max(MOST_MESSAGES).optional(),
      }),
    },
    responses: {
      200: {
        description: 'The conversation.',
        content: { 'application/json': { schema: conversationSchema } },
      },
      ...problems(400, 401, 403, 404, 429),
    },
  });
  api.openapi(readRoute, async (request) => {
    const { ticketId } = await openConversation(parts, request, request.req.valid('param').id);
    const { before, limit } = request.req.valid('query');
    const { ticket, messages, earlier } = await readConversation(context, {
      ticketId,
      before,
      ...(limit !== undefined && { limit }),
    });
    const { revision } = ticket;
    return request.json(
      { ticket: wireTicket(ticket), messages: messages.map(wireMessage), earlier, revision },
      200,
    );
  });

  /** Before anything of the body is read, which is up to 15 MiB: who has no token sends none of it for us to look at. */
  const mayAnswer: MiddlewareHandler<PluginEnv> = async (request, next) => {
    const asked = await openConversation(parts, request, request.req.param('id') ?? '');
    await limits.take('answers', asked.ticketId);
    request.set('conversation', asked);
    await next();
  };
  const answerRoute = createRoute({
    ...conversationRoute,
    method: 'post',
    path: `${pluginBase}/tickets/{id}/messages`,
    summary: 'Answer',
    description:
      'As the customer. A resolved ticket is open again by it; where the ticket is closed, it goes on in another that is opened for that; where it was merged, the answer is recorded in the ticket that goes on.',
    middleware: [gate.conversation, mayAnswer],
    request: {
      params: ticketParams,
      query: keyQuery,
      headers: idempotencyHeaders,
      body: { required: true, content: { 'application/json': { schema: answerSchema } } },
    },
    responses: {
      201: {
        description:
          'What was kept. The same again under the same Idempotency-Key, then with `Idempotent-Replayed: true`.',
        content: { 'application/json': { schema: answeredSchema } },
      },
      ...problems(400, 401, 403, 404, 411, 413, 415, 422, 429),
    },
  });
  api.openapi(answerRoute, async (request) => {
    const asked = request.var.conversation;
    const { text, attachments = [] } = request.req.valid('json');
    const files = await readPostedFiles(attachments);
    if (asked.isClosed) await limits.take('continued', asked.ticketId);
    const { ticketId, messageId, continued, replayed } = await answerTicket(context, {
      ticketId: asked.ticketId,
      text,
      files,
      idempotencyKey: request.req.valid('header')['idempotency-key'],
    });
    // Whoever has the token of a duplicate is given none for the ticket that was there before: they may never have seen it.
    const shownId = continued ? ticketId : asked.ticketId;
    const [ticket, [message]] = await Promise.all([
      readCustomerTicket(context, shownId),
      readCustomerMessages(context, { ticketId: shownId, id: messageId }),
    ]);
    if (!ticket) throw new Problem(404, 'ticket_unknown', 'There is no such ticket.');
    if (replayed) request.header('idempotent-replayed', 'true');
    const token = conversationTokens.tokenOf(shownId);
    return request.json(
      {
        ticket: wireTicket(ticket),
        token,
        url: publicUrl(conversationPath(token)),
        message: message ? wireMessage(message) : null,
        continued,
      },
      201,
    );
  });
}
