import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { effect } from '../../effects.ts';
import { permit } from '../../permissions.ts';
import { record } from '../../record.ts';
import { lockTicket } from '../lock-ticket.ts';
import { readNumber } from '../merge/read-number.ts';
import type { TicketStatus } from '../ticket.ts';
import { placeInTime } from './place-in-time.ts';
import { storableText } from './storable-text.ts';

export interface SaidInThread {
  ticketId: string;
  /** Where it stands in the thread. */
  slackTs: string;
  /** Slack's markup. */
  text: string;
  /** When it was last edited, by Slack's clock; null where it was not, or where Slack does not say. */
  editedTs?: string | null;
}

export interface ReplyOutcome {
  /** `recorded`: it goes out. `repeated`: it was recorded before. `closed`: the ticket is, and nothing was recorded. */
  outcome: 'recorded' | 'repeated' | 'closed';
  number: string;
  status: TicketStatus;
  /** Of the ticket that a closed one was merged into. */
  mergedInto?: string;
}

/**
 * Records what a member wrote to the customer in a ticket's thread, and has it mailed, with its files once they were fetched;
 * of any number of tellings of one message, once. It stands where it was said, however late it is told. The first reply of all is
 * the first response. A resolved ticket stays so.
 * @throws Refusal `no_organization`, `not_a_member`, `organization_lapsed`, `organization_closing`, `ticket_unknown`.
 */
export async function recordReply(
  context: Context,
  actor: Actor,
  { ticketId, slackTs, text, files, editedTs = null }: SaidInThread & { files: readonly string[] },
): Promise<ReplyOutcome> {
  const member = requireMember(actor);
  permit(member, 'tickets.answer');
  return context.database.$transaction(async (transaction) => {
    const ticket = await lockTicket(transaction, { organizationId: member.organizationId, ticketId });
    const { number, status } = ticket;
    const known = await transaction.ticketNote.count({ where: { ticketId, slackTs } });
    if (known > 0) return { outcome: 'repeated', number, status };
    if (status === 'closed') {
      const before = await transaction.ticketMessage.count({ where: { ticketId, slackTs } });
      if (before > 0) return { outcome: 'repeated', number, status };
      const { mergedIntoId } = ticket;
      const into = mergedIntoId === null ? null : await readNumber(transaction, mergedIntoId);
      return { outcome: 'closed', number, status, ...(into !== null && { mergedInto: into }) };
    }
    const { id: messageId, createdAt } = placeInTime(context, ticket, slackTs);
    const { count } = await transaction.ticketMessage.createMany({
      data: [
        {
          id: messageId,
          ticketId,
          memberId: member.memberId,
          text: storableText(text),
          slackTs,
          editedTs,
          mailStatus: 'queued',
          createdAt,
        },
      ],
      skipDuplicates: true,
    });
    if (count === 0) return { outcome: 'repeated', number, status };
    await transaction.ticket.updateMany({
      where: { id: ticketId },
      data: { activeAt: context.now(), respondedAt: earlier(ticket.respondedAt, createdAt) },
    });
    const next =
      files.length > 0
        ? effect('ticket.files', { messageId, fileIds: [...files] })
        : effect('ticket.mail', { messageId });
    await record(transaction, context, [], [next]);
    return { outcome: 'recorded', number, status };
  });
}

function earlier(one: Date | null, other: Date): Date {
  return one !== null && one < other ? one : other;
}
