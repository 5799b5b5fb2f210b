import { effect } from '../effects.ts';
import { fitName, fitText, fitTitle } from './fit-words.ts';
import { ticketHomes } from './home-effects.ts';
import type { OpenedTicket } from './open-ticket.ts';
import { type OpeningContext, open, type PluginRequest, type TicketFile } from './opening.ts';
import type { TicketSource } from './ticket.ts';

export interface CustomerOpening {
  organizationId: string;
  teamId: string;
  /** The address must be one already: see normalizeEmail. `proven` where whoever names them is known to know them. */
  requester: { name?: string | null; email: string; proven: boolean };
  title: string;
  text: string;
  /** The id that the first message is to have; a new one by default. */
  messageId?: string;
  source: Extract<TicketSource, 'email' | 'plugin'>;
  /** The closed ticket that this one goes on from. */
  precedingId?: string;
  attachments?: readonly TicketFile[];
  /** Of any number of openings under one key, one is done. */
  onceKey?: string;
  /** The same for what a website or its server asks for. */
  request?: PluginRequest;
  /** The Message-ID of the mail that it came by. */
  mailId?: string;
}

/**
 * Opens a ticket of a customer's, which is always kept: whatever the seats or the subscription, and whatever they wrote, made
 * fit and cut to what fits. Null where `onceKey` or `request` was used before, or where the organization is gone.
 */
export async function openFromCustomer(
  context: OpeningContext,
  input: CustomerOpening,
): Promise<OpenedTicket | null> {
  const ticketId = context.newId();
  const { messageId = context.newId() } = input;
  const outcome = await open(context, {
    ticketId,
    messageId,
    organizationId: input.organizationId,
    source: input.source,
    title: fitTitle(input.title),
    text: fitText(input.text),
    requester: { ...input.requester, name: fitName(input.requester.name) },
    ...(input.precedingId !== undefined && { precedingId: input.precedingId }),
    ...(input.onceKey !== undefined && { onceKey: input.onceKey }),
    ...(input.request && { request: input.request }),
    ...(input.mailId !== undefined && { mailId: input.mailId }),
    ...(input.attachments && { files: input.attachments }),
    needsSeats: false,
    effects: [
      effect('ticket.post', { ticketId }),
      // What a browser sends goes to an address that nobody has proven: none of its words are mailed there.
      effect('ticket.acknowledge', {
        ticketId,
        ...(input.source === 'plugin' && !input.requester.proven && { wordless: true }),
      }),
      ...ticketHomes(context, input.teamId),
    ],
  });
  return outcome === null || outcome.number === null ? null : { id: ticketId, number: outcome.number };
}
