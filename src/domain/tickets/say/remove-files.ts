import type { Context } from '../../context.ts';
import { holdTicket } from '../lock-ticket.ts';
import { recountResponse } from './recount-response.ts';

/**
 * Files of a member's reply were removed in Slack: they leave the customer's sight, and a reply that says nothing without them
 * goes with them. Gives how many were there; `mailed`: the customer has them in a mail.
 */
export async function removeFiles(
  { database, now }: Pick<Context, 'database' | 'now'>,
  { ticketId, slackTs, slackFileIds }: { ticketId: string; slackTs: string; slackFileIds: readonly string[] },
): Promise<{ removed: number; mailed: boolean }> {
  return database.$transaction(async (transaction) => {
    const none = { removed: 0, mailed: false };
    if (!(await holdTicket(transaction, ticketId))) return none;
    const reply = await transaction.ticketMessage.findFirst({
      where: { ticketId, slackTs, memberId: { not: null } },
      select: { id: true, text: true, mailStatus: true, _count: { select: { attachments: true } } },
    });
    if (!reply) return none;
    const { count: removed } = await transaction.ticketAttachment.deleteMany({
      where: { messageId: reply.id, slackFileId: { in: [...slackFileIds] } },
    });
    if (removed === 0) return none;
    const isEmpty = reply.text.trim() === '' && removed === reply._count.attachments;
    await transaction.$executeRaw`
      UPDATE ticket_messages SET revision = -1, deleted_at = CASE WHEN ${isEmpty} THEN coalesce(deleted_at, ${now()}::timestamptz)
        ELSE deleted_at END WHERE id = ${reply.id}::uuid`;
    if (isEmpty) await recountResponse(transaction, ticketId);
    return { removed, mailed: reply.mailStatus === 'sent' };
  });
}
