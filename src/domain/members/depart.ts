import type { Transaction } from '../../database/client.ts';
import type { AuditAction } from '../audit/actions.ts';
import type { Context } from '../context.ts';
import { type Effect, homeRefresh, ticketCard } from '../effects.ts';
import { type Author, record } from '../record.ts';
import { outdated } from '../tickets/outdated.ts';
import type { FoundMember } from './lock-member.ts';

export interface Departure {
  organizationId: string;
  teamId: string;
  by: Author;
  action: Extract<AuditAction, 'member.removed' | 'member.left' | 'member.deactivated'>;
  effects?: readonly Effect[];
}

/** As many of the tickets that become unassigned show it in the channel at once; the others with their next change. */
const CARDS_SHOWN = 500;

/**
 * Takes a locked member's seat away and keeps their row: history names them, and a return gives it back. The tickets that they
 * had to answer are nobody's then; what they wrote stays.
 */
export async function depart(
  transaction: Transaction,
  context: Context,
  member: FoundMember,
  { organizationId, teamId, by, action, effects = [] }: Departure,
): Promise<void> {
  await transaction.member.update({
    where: { id: member.id },
    data: { status: 'removed', removedAt: context.now() },
    select: { id: true },
  });
  const tickets = await unassignTickets(transaction, context, { organizationId, memberId: member.id });
  await record(
    transaction,
    context,
    [{ organizationId, by, action, subject: member.name, before: { role: member.role } }],
    [...effects, homeRefresh(teamId), ...tickets.map((ticketId) => ticketCard(context, ticketId))],
  );
}

/**
 * Makes nobody's what a locked member has to answer, locked in the order in which merges do. Gives the ids of those where something
 * happened last, in an order in which two of these cannot wait for each other. A card that is being posted at this moment shows it
 * afterwards: see outdated().
 */
export async function unassignTickets(
  transaction: Transaction,
  context: Pick<Context, 'now'>,
  { organizationId, memberId }: { organizationId: string; memberId: string },
): Promise<string[]> {
  const tickets = await transaction.$queryRaw<{ id: string; activeAt: Date }[]>`
    WITH theirs AS MATERIALIZED (
      SELECT id FROM tickets
      WHERE organization_id = ${organizationId}::uuid AND assignee_id = ${memberId}::uuid AND status IN ('open', 'pending')
      ORDER BY id FOR NO KEY UPDATE)
    UPDATE tickets SET assignee_id = NULL, active_at = ${outdated(context)} FROM theirs WHERE tickets.id = theirs.id
    RETURNING tickets.id, active_at AS "activeAt"`;
  return tickets
    .sort((one, other) => other.activeAt.getTime() - one.activeAt.getTime())
    .slice(0, CARDS_SHOWN)
    .map(({ id }) => id)
    .sort();
}
