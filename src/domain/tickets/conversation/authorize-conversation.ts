import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';
import type { ConversationTokens } from './conversation-token.ts';

/** What a token opens. */
export interface Authorized {
  /** Whether an answer opens a new ticket: this one is closed, or the one that it was merged into. */
  isClosed: boolean;
  revision: number;
}

/**
 * Whether `token` opens the ticket's conversation. `organizationId` is that of the website that asks, where it named one: a
 * conversation of another organization is none that it knows.
 * @throws Refusal `conversation_token` where the token is none of ours; `ticket_unknown` where it opens another ticket, or where
 * the ticket is gone or another organization's.
 */
export async function authorizeConversation(
  {
    database,
    conversationTokens,
  }: Pick<Context, 'database'> & { conversationTokens: Pick<ConversationTokens, 'read'> },
  { token, ticketId, organizationId }: { token: string; ticketId: string; organizationId: string | null },
): Promise<Authorized> {
  const opened = conversationTokens.read(token);
  if (opened === null) throw refuse('conversation_token');
  if (opened !== ticketId) throw refuse('ticket_unknown');
  const ticket = await database.ticket.findUnique({
    where: { id: opened },
    select: {
      organizationId: true,
      status: true,
      revision: true,
      mergedInto: { select: { status: true } },
    },
  });
  const isTheirs = organizationId === null || ticket?.organizationId === organizationId;
  if (!ticket || !isTheirs) throw refuse('ticket_unknown');
  const { status, revision, mergedInto } = ticket;
  return { isClosed: (mergedInto?.status ?? status) === 'closed', revision };
}
