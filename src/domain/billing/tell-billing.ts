import type { Transaction } from '../../database/client.ts';
import type { Notice } from '../notices.ts';
import { type Consequences, seatsChanged, tellOwner } from '../seats/consequences.ts';
import { type Ledger, newestWish } from '../seats/ledger.ts';
import type { OverdueMoves } from './overdue-invoices.ts';
import { grantsSeats, isResting, type SubscriptionReading } from './subscription.ts';

/** What a reading has moved, to be told. */
export interface BillingMoves {
  /** As it stood before. */
  ledger: Ledger;
  reading: SubscriptionReading;
  /** What the purchased figure is now. */
  purchased: number;
  /** The number that a seat change was applied to by this reading; null where none was. */
  applied: number | null;
  overdue: OverdueMoves;
}

/**
 * The audit lines and messages of what a reading has moved. Each fact has one speaker: where the seats go or come, that message
 * alone tells of it; where fewer are purchased than used, the message that names the difference takes the place of the one that
 * the number has changed.
 */
export async function tellBilling(
  transaction: Transaction,
  moves: BillingMoves,
  consequences: Consequences,
): Promise<void> {
  const { ledger, reading, purchased } = moves;
  writeAudit(moves, consequences);
  const tell = (notice: Notice) => tellOwner(consequences, ledger, notice);
  const [grantedBefore, grantsNow] = [grantsSeats(ledger.status), grantsSeats(reading.status)];
  if (grantedBefore && !grantsNow) {
    // In a deletion nothing can be bought or paid for it; where it is undone, the overview says how the subscription stands.
    if (!ledger.closing) tell(lossOf(reading));
    return;
  }
  // Without seats there are none to be kept by paying: where to pay was told when they went, and is told when it is elsewhere.
  if (!grantsNow) {
    if (ledger.status === 'unpaid' && reading.status === 'unpaid' && waitsForAnother(moves))
      tell(lossOf(reading));
    return;
  }
  for (const { amountDue: amount, url, attempt, nextAttemptAt } of moves.overdue.raised) {
    const next = nextAttemptAt?.toISOString() ?? null;
    const { currency } = reading;
    tell({ kind: 'payment_overdue', amount, currency, url, attempt, nextAttemptAt: next });
  }
  if (!grantedBefore) {
    const same = ledger.subscriptionId === reading.subscriptionId;
    const back = same && ledger.status !== 'incomplete' && ledger.status !== 'incomplete_expired';
    tell({ kind: back ? 'subscription_back' : 'subscription_started', seats: purchased });
  } else if (moves.overdue.settled) {
    tell({ kind: 'payment_settled' });
  }
  await tellEnd(transaction, moves, tell);
  if (isAnotherPrice(moves)) {
    tell({
      kind: 'seat_price_changed',
      price: reading.seatPrice ?? ledger.seatPrice,
      currency: reading.currency,
    });
  }
  await tellQuantity(transaction, moves, tell);
}

/** What the Owner reads when the seats are gone: for good, or until an invoice is paid. */
function lossOf({ status, invoice, overdue }: SubscriptionReading): Notice {
  if (!isResting(status)) return { kind: 'subscription_ended' };
  // The newest: an older one that is paid leaves the subscription unpaid.
  const paymentUrl = overdue?.at(-1)?.url ?? (invoice?.status === 'open' ? invoice.url : null);
  return { kind: 'subscription_resting', status, paymentUrl };
}

/** Whether the invoice that an unpaid subscription waits for is another than was told. */
function waitsForAnother({ ledger, reading, overdue }: BillingMoves): boolean {
  const newest = reading.overdue?.at(-1)?.invoiceId;
  return ledger.subscriptionId === reading.subscriptionId && overdue.added.some((id) => id === newest);
}

async function tellEnd(
  transaction: Transaction,
  { ledger, reading }: BillingMoves,
  tell: (notice: Notice) => void,
): Promise<void> {
  if (ledger.endsAt?.getTime() === reading.endsAt?.getTime()) return;
  if (reading.endsAt === null) {
    // Of another subscription's end nothing was taken back.
    const { organizationId, subscriptionId } = ledger;
    // A deletion of ours that was undone: the Owner is told of that.
    const ours =
      subscriptionId === null
        ? 0
        : await transaction.organizationDeletion.count({ where: { organizationId, subscriptionId } });
    if (grantsSeats(ledger.status) && ours === 0) tell({ kind: 'subscription_kept' });
    return;
  }
  // Who deletes the organization has canceled it, and is told of that.
  if (!ledger.closing) tell({ kind: 'subscription_ending', at: reading.endsAt.toISOString() });
}

async function tellQuantity(
  transaction: Transaction,
  { ledger, reading, purchased, applied }: BillingMoves,
  tell: (notice: Notice) => void,
): Promise<void> {
  const { used } = ledger;
  if (reading.seatsUnclear) {
    if (purchased !== ledger.purchased || !grantsSeats(ledger.status)) tell({ kind: 'seats_unclear' });
    return;
  }
  if (purchased < used && purchased !== ledger.purchased) {
    tell({ kind: 'seats_over_used', used, purchased });
    return;
  }
  const from = applied ?? ledger.purchased;
  if (!grantsSeats(ledger.status) || purchased === from) return;
  // A change that asks for this number is about to be settled, and tells it.
  if (newestWish(ledger)?.toQuantity === purchased) return;
  if (applied === null && (await isReturnOfDropped(transaction, ledger, purchased))) return;
  tell({ kind: 'seats_changed_at_stripe', from, to: purchased });
}

/**
 * A decrease had lowered the figure at once and was then refused, which that message has told, or dropped because the
 * organization is being deleted.
 */
async function isReturnOfDropped(
  transaction: Transaction,
  { organizationId, purchased: before }: Ledger,
  purchased: number,
): Promise<boolean> {
  const last = await transaction.seatChange.findFirst({
    where: { organizationId },
    orderBy: { createdAt: 'desc' },
    select: { status: true, toQuantity: true },
  });
  const dropped = last?.status === 'refused' || last?.status === 'superseded';
  return dropped && last.toQuantity === before && purchased > before;
}

function isAnotherPrice({ ledger, reading }: BillingMoves): boolean {
  if (ledger.subscriptionId !== reading.subscriptionId) return false;
  const price = reading.seatPrice ?? ledger.seatPrice;
  return price !== ledger.seatPrice || reading.currency !== ledger.currency;
}

function writeAudit(moves: BillingMoves, consequences: Consequences): void {
  const { ledger, reading, purchased, overdue } = moves;
  const line = { organizationId: ledger.organizationId, by: 'Stripe' } as const;
  const { changes } = consequences;
  if (ledger.status !== reading.status || ledger.subscriptionId !== reading.subscriptionId) {
    const [before, after] = [{ status: ledger.status }, { status: reading.status }];
    changes.push({ ...line, action: 'subscription.changed', before, after });
  }
  if (purchased !== ledger.purchased) seatsChanged(consequences, ledger, 'Stripe', purchased);
  for (const { invoiceId, amountDue: amount, attempt } of overdue.raised) {
    const after = { amount, currency: reading.currency, attempt };
    changes.push({ ...line, action: 'payment.overdue', subject: invoiceId, after });
  }
  if (!grantsSeats(reading.status)) return;
  if (overdue.settled) changes.push({ ...line, action: 'payment.settled' });
  if (ledger.endsAt?.getTime() !== reading.endsAt?.getTime()) {
    if (reading.endsAt) {
      changes.push({ ...line, action: 'subscription.ending', after: { at: reading.endsAt.toISOString() } });
    } else if (grantsSeats(ledger.status)) {
      changes.push({ ...line, action: 'subscription.kept' });
    }
  }
  if (isAnotherPrice(moves)) {
    const before = { price: ledger.seatPrice, currency: ledger.currency };
    const after = { price: reading.seatPrice ?? ledger.seatPrice, currency: reading.currency };
    changes.push({ ...line, action: 'seats.price_changed', before, after });
  }
}
