import type { Context } from '../context.ts';
import { homeRefresh, ticketCard } from '../effects.ts';
import { record } from '../record.ts';
import { unassignTickets } from './depart.ts';
import { lockMember } from './lock-member.ts';

/**
 * Slack made a guest of a member: they can answer nobody, and the tickets that they had to answer are nobody's. Their seat stays
 * until somebody removes them, and what they wrote stays. Does nothing where there is no such member or ticket.
 */
export async function releaseRestricted(
  context: Context,
  { teamId, userId }: { teamId: string; userId: string },
): Promise<void> {
  await context.database.$transaction(async (transaction) => {
    const found = await transaction.member.findFirst({
      where: { userId, status: 'active', organization: { teamId } },
      select: { id: true, organizationId: true },
    });
    if (!found) return;
    const { organizationId } = found;
    const member = await lockMember(transaction, { organizationId, memberId: found.id });
    const tickets = await unassignTickets(transaction, context, { organizationId, memberId: member.id });
    if (tickets.length === 0) return;
    await record(
      transaction,
      context,
      [],
      [homeRefresh(teamId), ...tickets.map((ticketId) => ticketCard(context, ticketId))],
    );
  });
}
