import type { SeatChange, Transaction } from '../../database/client.ts';
import { grantsSeats, type SubscriptionReading } from '../billing/subscription.ts';
import type { Context } from '../context.ts';
import { effect } from '../effects.ts';
import { type Consequences, tellOwner } from './consequences.ts';
import type { Ledger } from './ledger.ts';
import { settleSeatChange } from './settle-seat-change.ts';
import { moveSeatChange } from './transitions.ts';

/** How long after the end of a held-back change Stripe is read, in milliseconds. */
const AFTER_EXPIRY_MS = 10 * 60_000;

/**
 * Takes the open seat changes where a reading of Stripe says they are: applied where the quantity is reached or its invoice
 * paid, awaiting payment where Stripe holds the change back, expired where it held it back and does no longer, refused where the
 * subscription grants no seats. A change that was sent and is in none of these stays sent: its job is still at it.
 */
export async function followReading(
  transaction: Transaction,
  context: Context,
  ledger: Ledger,
  reading: SubscriptionReading,
  consequences: Consequences,
): Promise<void> {
  if (!grantsSeats(reading.status)) return dropWishes(transaction, context, ledger, reading, consequences);
  const change = ledger.inFlight;
  if (!change) return;
  if (isReached(change, reading.quantity) || isPaid(change, reading)) {
    const amountPence = amountOf(change, reading);
    await settleSeatChange(
      transaction,
      context,
      ledger,
      change,
      { status: 'applied', amountPence },
      consequences,
    );
  } else if (reading.pending?.quantity === change.toQuantity) {
    if (change.status === 'sent') await awaitPayment(transaction, ledger, change, reading, consequences);
  } else if (change.status === 'awaiting_payment') {
    // Where a newer wish waits, the invoice was withdrawn to make room for it.
    const status = ledger.waiting ? 'superseded' : 'expired';
    await settleSeatChange(transaction, context, ledger, change, { status }, consequences);
  }
}

/**
 * What the purchased figure is under a reading: never above what is paid, nor above what the Owner wants to keep, nor above what
 * is left when the change that is with Stripe has been made.
 */
export function purchasedUnder({ waiting, inFlight }: Ledger, reading: SubscriptionReading): number {
  if (!grantsSeats(reading.status)) return 0;
  const wanted = [waiting, inFlight].flatMap((change) => change?.toQuantity ?? []);
  return Math.min(reading.quantity, ...wanted);
}

function isReached(change: SeatChange, quantity: number): boolean {
  return change.toQuantity > change.fromQuantity
    ? quantity >= change.toQuantity
    : quantity <= change.toQuantity;
}

/** Its own invoice was paid, though the quantity has moved on since, as by a hand in Stripe's dashboard. */
function isPaid(change: SeatChange, { invoice }: SubscriptionReading): boolean {
  return change.invoiceId !== null && invoice?.id === change.invoiceId && invoice.status === 'paid';
}

function amountOf(change: SeatChange, { invoice }: SubscriptionReading): number | null {
  if (change.amountDue !== null) return change.amountDue;
  // Only the change's own invoice prorates from the change's own moment; a renewal may have come in between.
  const own = invoice?.prorationAt?.getTime() === change.prorationAt.getTime();
  return own && invoice?.status === 'paid' ? invoice.amountPaid : null;
}

async function awaitPayment(
  transaction: Transaction,
  ledger: Ledger,
  change: SeatChange,
  { subscriptionId, pending, invoice }: SubscriptionReading,
  consequences: Consequences,
): Promise<void> {
  const paymentUrl = invoice?.url ?? null;
  const amountPence = invoice?.amountDue ?? null;
  ledger.inFlight = await moveSeatChange(transaction, change, 'awaiting_payment', {
    amountDue: amountPence,
    invoiceId: invoice?.id ?? null,
    paymentUrl,
    reason: pending?.reason ?? null,
  });
  if (pending) {
    // Stripe tells when it is paid or given up; this is for the case that the telling is lost.
    const { organizationId } = ledger;
    const availableAt = new Date(pending.expiresAt.getTime() + AFTER_EXPIRY_MS);
    const payload = { organizationId, subscriptionId };
    consequences.effects.push(effect('subscription.read', payload, { availableAt }));
  }
  if (ledger.waiting) {
    // Its job went home while this one was being sent; now it withdraws the invoice, which nobody is asked to pay.
    consequences.effects.push(effect('seats.carry', { seatChangeId: ledger.waiting.id }));
    return;
  }
  tellOwner(consequences, ledger, {
    kind: 'seats_awaiting_payment',
    seats: change.toQuantity,
    amountPence,
    paymentUrl,
    ...(pending?.reason && { reason: pending.reason }),
  });
}

async function dropWishes(
  transaction: Transaction,
  context: Context,
  ledger: Ledger,
  reading: SubscriptionReading,
  consequences: Consequences,
): Promise<void> {
  const reason = `The subscription is ${reading.status?.replaceAll('_', ' ') ?? 'in an unknown state'}, so the change was dropped.`;
  // The Owner is told of the subscription itself, once, where it stops.
  const settlement = { status: 'refused', reason, silently: grantsSeats(ledger.status) } as const;
  for (const change of [ledger.waiting, ledger.inFlight]) {
    if (change) await settleSeatChange(transaction, context, ledger, change, settlement, consequences);
  }
}
