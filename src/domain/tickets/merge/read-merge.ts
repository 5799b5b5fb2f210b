import type { Context } from '../../context.ts';
import { type OtherTicket, readTicketOfEffect } from '../find-ticket.ts';

/** A merge as it stands, with where both tickets are in Slack. */
export interface Merge {
  teamId: string;
  duplicate: OtherTicket;
  target: OtherTicket;
}

/** What a ticket was merged into; null where it is not merged any more, or is gone. */
export async function readMerge(
  context: Pick<Context, 'database'>,
  duplicateId: string,
): Promise<Merge | null> {
  const ticket = await readTicketOfEffect(context, duplicateId);
  if (!ticket?.mergedInto) return null;
  const { teamId, mergedInto: target } = ticket;
  return { teamId, duplicate: ticket, target };
}
