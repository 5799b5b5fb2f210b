import { z } from '@hono/zod-openapi';
import type { Context as Request } from 'hono';
import type { Context } from '../../domain/context.ts';
import { Refusal } from '../../domain/errors.ts';
import { authorizeConversation } from '../../domain/tickets/conversation/authorize-conversation.ts';
import type { ConversationTokens } from '../../domain/tickets/conversation/conversation-token.ts';
import type { OpenedConversation, PluginEnv } from './api.ts';
import type { Limits } from './limits.ts';
import { Problem } from './problems.ts';
import { anyOf } from './schemas.ts';

export interface ConversationParts {
  context: Context;
  conversationTokens: ConversationTokens;
  limits: Pick<Limits, 'take'>;
}

export const ticketParams = z.object({
  id: z.string().openapi({ param: { name: 'id', in: 'path' }, description: 'The ticket’s id.' }),
});

/** What stands in the API's description of every route that a conversation's token opens. */
export const conversationRoute = { tags: ['Conversation'], security: anyOf('conversation') };

/**
 * The conversation that the request's token opens, which must be the one in its path, and of the organization whose key it came
 * with, where it came with one. Counted, once the token is good. @throws Problem 401, 429; Refusal `ticket_unknown`.
 */
export async function openConversation(
  { context: { database }, conversationTokens, limits }: ConversationParts,
  request: Request<PluginEnv>,
  ticketId: string,
): Promise<OpenedConversation> {
  const token = /^Bearer +(\S+) *$/i.exec(request.req.header('authorization') ?? '')?.[1] ?? '';
  const organizationId = request.var.site.key?.organizationId ?? null;
  if (conversationTokens.read(token) === ticketId) await limits.take('opens', ticketId);
  const opened = await authorizeConversation(
    { database, conversationTokens },
    { token, ticketId, organizationId },
  ).catch((error: unknown) => {
    if (!(error instanceof Refusal) || error.code !== 'conversation_token') throw error;
    throw new Problem(401, error.code, error.message, { headers: { 'www-authenticate': 'Bearer' } });
  });
  return { ticketId, ...opened };
}
