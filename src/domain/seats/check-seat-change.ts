import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { permit } from '../permissions.ts';
import { lockLedger } from './ledger.ts';
import { previewMoment } from './proration-moment.ts';
import { judgeWish, type SeatChangeWish } from './wish.ts';

export type CheckedWish =
  /** The first seats are bought in Stripe Checkout. */
  | { kind: 'checkout'; organizationId: string; quantity: number }
  /** This very change is recorded already. */
  | { kind: 'open' }
  /** A change of the subscription: `prorationAt` is the moment from which it would be prorated. */
  | { kind: 'change'; organizationId: string; prorationAt: Date };

/**
 * Says what requestSeatChange() would do with a wish, and refuses what it would refuse; records nothing. It may come to
 * another answer a moment later.
 *
 * @throws Refusal `not_allowed`, and those of judgeWish().
 */
export async function checkSeatChange(
  context: Context,
  actor: Actor,
  wish: SeatChangeWish,
): Promise<CheckedWish> {
  const owner = requireMember(actor);
  permit(owner, 'billing.manage');
  const { organizationId } = owner;
  return context.database.$transaction(async (transaction) => {
    const ledger = await lockLedger(transaction, organizationId, context.now());
    if (!ledger) throw refuse('no_organization');
    const { kind } = await judgeWish(transaction, owner, ledger, wish);
    if (kind === 'open') return { kind };
    if (kind === 'checkout') return { kind, organizationId, quantity: wish.quantity };
    return { kind, organizationId, prorationAt: previewMoment(context.now(), wish.prorationAt) };
  });
}
