import type { Context } from '../../context.ts';
import { holdTicket } from '../lock-ticket.ts';
import { recountResponse } from './recount-response.ts';

/**
 * Somebody deleted a message in a ticket's thread: a member's reply leaves the customer's sight and is not mailed if it was not
 * yet, a note leaves the record's. What a customer wrote stays on record, whatever becomes of its copy in Slack. Who may delete
 * whose message there, Slack decides.
 */
export async function deleteMessage(
  { database, now }: Pick<Context, 'database' | 'now'>,
  { ticketId, slackTs }: { ticketId: string; slackTs: string },
): Promise<{ known: boolean; mailed: boolean }> {
  return database.$transaction(async (transaction) => {
    if (!(await holdTicket(transaction, ticketId))) return { known: false, mailed: false };
    const [reply] = await transaction.$queryRaw<{ mailed: boolean }[]>`
      UPDATE ticket_messages SET deleted_at = coalesce(deleted_at, ${now()}::timestamptz)
      WHERE ticket_id = ${ticketId}::uuid AND slack_ts = ${slackTs} AND member_id IS NOT NULL
      RETURNING coalesce(mail_status = 'sent', false) AS mailed`;
    if (reply) await recountResponse(transaction, ticketId);
    const { count } = await transaction.ticketNote.updateMany({
      where: { ticketId, slackTs, deletedAt: null },
      data: { deletedAt: now() },
    });
    return { known: reply !== undefined || count > 0, mailed: reply?.mailed ?? false };
  });
}
