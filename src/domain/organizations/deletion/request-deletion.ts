import type { Transaction } from '../../../database/client.ts';
import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { effect, homeRefresh } from '../../effects.ts';
import { refuse } from '../../errors.ts';
import { record } from '../../record.ts';
import { type Consequences, noConsequences } from '../../seats/consequences.ts';
import { isTurnedAway } from '../../seats/hold-back.ts';
import { lockLedger } from '../../seats/ledger.ts';
import { settleSeatChange } from '../../seats/settle-seat-change.ts';
import { lockOwned } from './lock-owned.ts';
import { findOpenDeletion } from './open-deletion.ts';

/**
 * Begins the organization's deletion: from here on nothing in it can be changed. A job stops the billing, another hands the
 * data over, and seven days after that everything is deleted. Asked for twice, it is one. Seat changes that Stripe has not
 * made are dropped; one that is being sent at this moment is waited for.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`; on the field `confirmation`: `confirmation_mismatch`.
 */
export async function requestDeletion(
  context: Context,
  actor: Actor,
  input: { confirmation: string },
): Promise<{ deletionId: string }> {
  const owner = requireMember(actor);
  const { organizationId, teamId } = owner;
  return context.database.$transaction(async (transaction) => {
    const { name: expected } = await lockOwned(transaction, owner);
    // In the form in which names are stored: two keyboards may spell one é differently.
    if (input.confirmation.trim().normalize('NFC') !== expected) {
      throw refuse('confirmation_mismatch', { expected }).on('confirmation');
    }
    const present = await findOpenDeletion(transaction, organizationId);
    if (present) return { deletionId: present.id };
    const deletionId = context.newId();
    await transaction.organizationDeletion.create({
      data: {
        id: deletionId,
        organizationId,
        teamId,
        requestedBy: owner.userId,
        requestedAt: context.now(),
      },
    });
    const { changes, effects } = await dropWishes(transaction, context, organizationId);
    await record(
      transaction,
      context,
      [
        ...changes,
        { organizationId, by: owner, action: 'organization.deletion_requested', subject: expected },
      ],
      [...effects, effect('deletion.carry', { deletionId }), homeRefresh(teamId)],
    );
    return { deletionId };
  });
}

/** The one that waits first: nothing then goes out in the place of the other. */
async function dropWishes(
  transaction: Transaction,
  context: Context,
  organizationId: string,
): Promise<Consequences> {
  const consequences = noConsequences();
  const ledger = await lockLedger(transaction, organizationId, context.now());
  if (!ledger) return consequences;
  for (const change of [ledger.waiting, ledger.inFlight]) {
    if (!change || (change.status === 'sent' && !isTurnedAway(change))) continue;
    await settleSeatChange(transaction, context, ledger, change, { status: 'superseded' }, consequences);
  }
  return consequences;
}
