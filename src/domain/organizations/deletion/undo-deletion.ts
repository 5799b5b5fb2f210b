import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { effect, homeRefresh } from '../../effects.ts';
import { refuse } from '../../errors.ts';
import { record } from '../../record.ts';
import { lockOwned } from './lock-owned.ts';
import { findOpenDeletion } from './open-deletion.ts';
import { deletionNotices } from './whom-to-tell.ts';

/**
 * Keeps an organization whose deletion is under way, until the moment it was set for. That it wins over the deletion wholly
 * or not at all, the row decides: its status moves once. Where we had set the subscription to end, a job lets it go on.
 * @throws Refusal `not_allowed`, `deletion_unknown` where there is none, `deletion_done` where it is too late.
 */
export async function undoDeletion(context: Context, actor: Actor): Promise<void> {
  const owner = requireMember(actor);
  const { organizationId, teamId } = owner;
  await context.database.$transaction(async (transaction) => {
    await lockOwned(transaction, owner);
    const now = context.now();
    const [undone] = await transaction.organizationDeletion.updateManyAndReturn({
      where: {
        organizationId,
        OR: [{ status: { in: ['requested', 'exporting'] } }, { status: 'scheduled', deleteAt: { gt: now } }],
      },
      data: { status: 'undone', settledAt: now },
    });
    if (!undone) {
      const late = await findOpenDeletion(transaction, organizationId);
      throw late ? refuse('deletion_done') : refuse('deletion_unknown');
    }
    // Admins were told of a date; before there was one, nobody but the Owner knew.
    const told =
      undone.deleteAt === null ? [] : await deletionNotices(transaction, undone, { kind: 'deletion_undone' });
    await record(
      transaction,
      context,
      [{ organizationId, by: owner, action: 'organization.deletion_undone' }],
      [...told, effect('deletion.release', { deletionId: undone.id }), homeRefresh(teamId)],
    );
  });
}
