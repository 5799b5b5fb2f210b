import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';
import { type CustomerMessage, type CustomerTicket, readCustomerPage } from '../customer-view.ts';

/** Messages of one page, unless fewer are asked for; and at most. */
export const PAGE_MESSAGES = 50;
export const MOST_MESSAGES = 100;

/** A conversation as its customer sees it, at one moment. */
export interface Conversation {
  ticket: CustomerTicket;
  /** Oldest first. */
  messages: CustomerMessage[];
  /** Where the page ahead of this one is asked for; null where there is none. */
  earlier: string | null;
}

/**
 * The newest messages of a ticket, or with `before`, the id of a message, the newest before it: a long conversation is read from
 * its end. What changes after this moment has a higher revision than `ticket.revision`.
 * @throws Refusal `ticket_unknown`.
 */
export async function readConversation(
  { database }: Pick<Context, 'database'>,
  {
    ticketId,
    before,
    limit = PAGE_MESSAGES,
  }: { ticketId: string; before?: string | undefined; limit?: number },
): Promise<Conversation> {
  const most = Math.min(Math.max(limit, 1), MOST_MESSAGES);
  const page = await readCustomerPage({ database }, { ticketId, before, limit: most });
  if (!page) throw refuse('ticket_unknown');
  return page;
}
