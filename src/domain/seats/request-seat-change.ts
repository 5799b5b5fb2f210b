import type { SeatChange, Transaction } from '../../database/client.ts';
import { type Actor, type Member, requireMember } from '../actor.ts';
import { grantsSeats, isResting } from '../billing/subscription.ts';
import type { Context } from '../context.ts';
import { effect, homeRefresh } from '../effects.ts';
import { refuse } from '../errors.ts';
import { permit } from '../permissions.ts';
import { record } from '../record.ts';
import { noConsequences, seatsChanged } from './consequences.ts';
import { assertDraftIsCurrent, type DraftSeen } from './draft.ts';
import { type Ledger, lockLedger, newestWish } from './ledger.ts';
import { MOST_SEATS } from './limits.ts';

/** How long the moment of a preview may lie back for the change to be prorated from it, in seconds. */
const PREVIEW_SECONDS = 15 * 60;

export interface SeatChangeWish {
  /** Seats in all, 1 to 10,000. */
  quantity: number;
  /** The moment for which the amount was shown, so that this amount is what is charged. By default now. */
  prorationAt?: Date;
  /** The draft as the person saw it when pressing Update. */
  draft?: DraftSeen;
}

export type SeatChangeOutcome =
  /** A job carries it to Stripe. `lowered`: the seats given up are gone at once. */
  | { kind: 'recorded'; seatChangeId: string; from: number; to: number; lowered: boolean }
  /** There is no subscription yet: the first seats are bought in Stripe Checkout. */
  | { kind: 'checkout'; organizationId: string; quantity: number };

/**
 * Records that the Owner wants another number of seats. An increase leaves the purchased figure alone until Stripe says paid;
 * a decrease lowers it here and now, so that no invite takes one of the seats given up. The same wish twice is one change;
 * a newer wish takes the place of one that has not been sent, and waits behind one that has.
 *
 * @throws Refusal `not_allowed`, `subscription_on_hold`, and on the field `quantity`: `seats_range`, `seats_below_use`,
 * `seats_unchanged`, `seats_moved`.
 */
export async function requestSeatChange(
  context: Context,
  actor: Actor,
  wish: SeatChangeWish,
): Promise<SeatChangeOutcome> {
  const owner = requireMember(actor);
  permit(owner, 'billing.manage');
  return context.database.$transaction(async (transaction) => {
    const ledger = await lockLedger(transaction, owner.organizationId, context.now());
    if (!ledger) throw refuse('no_organization');
    if (wish.draft) await assertDraftIsCurrent(transaction, owner, wish.draft);
    assertQuantity(ledger, wish.quantity);
    if (!grantsSeats(ledger.status)) return checkout(ledger, wish.quantity);
    const newest = newestWish(ledger);
    if (newest?.toQuantity === wish.quantity) return recorded(newest);
    if (!newest && wish.quantity === ledger.purchased) {
      throw refuse('seats_unchanged', { seats: ledger.purchased }).on('quantity');
    }
    return recordWish(transaction, context, owner, ledger, wish);
  });
}

function assertQuantity(ledger: Ledger, quantity: number): void {
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > MOST_SEATS) {
    throw refuse('seats_range', { least: Math.max(1, ledger.used), most: MOST_SEATS }).on('quantity');
  }
  if (quantity < ledger.used) {
    throw refuse('seats_below_use', { members: ledger.members, pending: ledger.pending }).on('quantity');
  }
}

/** A subscription that is over makes room for a new one; one that only rests must not be paid for twice. */
function checkout(ledger: Ledger, quantity: number): SeatChangeOutcome {
  const { subscriptionId, status } = ledger;
  if (subscriptionId !== null && isResting(status))
    throw refuse('subscription_on_hold', { status: status ?? 'in an unknown state' });
  return { kind: 'checkout', organizationId: ledger.organizationId, quantity };
}

async function recordWish(
  transaction: Transaction,
  context: Context,
  owner: Member,
  ledger: Ledger,
  wish: SeatChangeWish,
): Promise<SeatChangeOutcome> {
  const { organizationId, purchased } = ledger;
  if (ledger.waiting) {
    await transaction.seatChange.update({
      where: { id: ledger.waiting.id, status: 'requested' },
      data: { status: 'superseded', settledAt: context.now() },
    });
  }
  const change = await transaction.seatChange.create({
    data: {
      id: context.newId(),
      organizationId,
      fromQuantity: purchased,
      toQuantity: wish.quantity,
      requestedBy: owner.userId,
      prorationAt: prorationMoment(context.now(), wish.prorationAt),
      createdAt: context.now(),
    },
  });
  const consequences = noConsequences();
  consequences.changes.push({
    organizationId,
    by: owner,
    action: 'seats.requested',
    before: { seats: purchased },
    after: { seats: wish.quantity },
  });
  const lowered = wish.quantity < purchased;
  if (lowered) {
    await transaction.organization.update({
      where: { id: organizationId },
      data: { seatsPurchased: wish.quantity },
    });
    seatsChanged(consequences, ledger, owner, wish.quantity);
  }
  consequences.effects.push(effect('seats.carry', { seatChangeId: change.id }), homeRefresh(ledger.teamId));
  await record(transaction, context, consequences.changes, consequences.effects);
  return recorded(change);
}

function recorded({ id, fromQuantity: from, toQuantity: to }: SeatChange): SeatChangeOutcome {
  return { kind: 'recorded', seatChangeId: id, from, to, lowered: to < from };
}

/** Whole seconds, Stripe's unit. A moment that does not lie shortly before now is the client's invention. */
function prorationMoment(now: Date, shown: Date | undefined): Date {
  const age = shown ? now.getTime() - shown.getTime() : -1;
  const moment = age >= 0 && age <= 1000 * PREVIEW_SECONDS ? (shown as Date) : now;
  return new Date(1000 * Math.floor(moment.getTime() / 1000));
}
