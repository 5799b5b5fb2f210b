import type { SeatChange, Transaction } from '../../database/client.ts';
import type { Member } from '../actor.ts';
import { grantsSeats, isResting } from '../billing/subscription.ts';
import { refuse } from '../errors.ts';
import { assertDraftIsCurrent, type DraftSeen } from './draft.ts';
import { type Ledger, newestWish } from './ledger.ts';
import { MOST_SEATS } from './limits.ts';

export interface SeatChangeWish {
  /** Seats in all, 1 to 10,000. */
  quantity: number;
  /** The moment for which the amount was shown, so that this amount is what is charged. By default now. */
  prorationAt?: Date;
  /** The draft as the person saw it when pressing Update. */
  draft?: DraftSeen;
}

/** What a wish comes to: a purchase in Checkout, one that is open already, or a change of the subscription. */
export type Judgement = { kind: 'checkout' } | { kind: 'open'; change: SeatChange } | { kind: 'change' };

/**
 * Whether a number of seats may be wanted, behind the organization's lock.
 *
 * @throws Refusal `organization_closing`, `subscription_on_hold`, and on the field `quantity`: `seats_range`, `seats_below_use`, `seats_unchanged`,
 * `seats_moved`.
 */
export async function judgeWish(
  transaction: Transaction,
  owner: Member,
  ledger: Ledger,
  { quantity, draft }: SeatChangeWish,
): Promise<Judgement> {
  if (ledger.closing) throw refuse('organization_closing');
  if (draft) await assertDraftIsCurrent(transaction, owner, draft);
  assertQuantity(ledger, quantity);
  if (!grantsSeats(ledger.status)) return checkout(ledger);
  const newest = newestWish(ledger);
  if (newest?.toQuantity === quantity) return { kind: 'open', change: newest };
  if (!newest && quantity === ledger.purchased) {
    throw refuse('seats_unchanged', { seats: ledger.purchased }).on('quantity');
  }
  return { kind: 'change' };
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
function checkout({ subscriptionId, status }: Ledger): Judgement {
  if (subscriptionId !== null && isResting(status)) {
    throw refuse('subscription_on_hold', { status: status ?? 'in an unknown state' });
  }
  return { kind: 'checkout' };
}
