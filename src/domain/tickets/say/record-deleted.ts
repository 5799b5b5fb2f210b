import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { lockTicket } from '../lock-ticket.ts';

/**
 * Notes that a member's message is gone of which nothing was heard yet, so that it is not sent when it is. Nothing where it is
 * known. @throws Refusal `no_organization`, `not_a_member`, `ticket_unknown`.
 */
export async function recordDeleted(
  context: Context,
  actor: Actor,
  { ticketId, slackTs }: { ticketId: string; slackTs: string },
): Promise<void> {
  const { organizationId, memberId } = requireMember(actor);
  const now = context.now();
  await context.database.$transaction(async (transaction) => {
    await lockTicket(transaction, { organizationId, ticketId });
    const id = context.newId();
    await transaction.ticketMessage.createMany({
      data: [{ id, ticketId, memberId, text: '', slackTs, createdAt: now, deletedAt: now }],
      skipDuplicates: true,
    });
  });
}
