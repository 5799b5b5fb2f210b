import type { Transaction } from '../../database/client.ts';
import type { AuditAction } from '../audit/actions.ts';
import type { Context } from '../context.ts';
import { type Effect, homeRefresh } from '../effects.ts';
import { type Author, record } from '../record.ts';
import type { FoundMember } from './lock-member.ts';

export interface Departure {
  organizationId: string;
  teamId: string;
  by: Author;
  action: Extract<AuditAction, 'member.removed' | 'member.left' | 'member.deactivated'>;
  effects?: readonly Effect[];
}

/** Takes a locked member's seat away and keeps their row: history names them, and a return gives it back. */
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
  await record(
    transaction,
    context,
    [{ organizationId, by, action, subject: member.name, before: { role: member.role } }],
    [...effects, homeRefresh(teamId)],
  );
}
