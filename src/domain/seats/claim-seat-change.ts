import type { SeatChange, Transaction } from '../../database/client.ts';
import { grantsSeats, type SubscriptionReading } from '../billing/subscription.ts';
import type { Context } from '../context.ts';
import { effect, homeRefresh } from '../effects.ts';
import { refuse } from '../errors.ts';
import { record } from '../record.ts';
import { type Consequences, noConsequences } from './consequences.ts';
import { type Ledger, lockLedger } from './ledger.ts';
import { settleSeatChange } from './settle-seat-change.ts';

/** What its job has to do next for a seat change. */
export type NextStep =
  /** Nothing: it is settled, awaits its payment, or waits until the one that is with Stripe is settled. */
  | { kind: 'none' }
  /** Stripe has moved on since the reading: read again. */
  | { kind: 'read_again' }
  /** Stripe still holds an earlier change back: withdraw that one's invoice first; null where it is not known. */
  | { kind: 'withdraw'; invoiceId: string | null }
  /** It is this job's to tell Stripe, under this change's id and attempt. */
  | { kind: 'send'; change: ChangeToSend };

export interface ChangeToSend {
  id: string;
  organizationId: string;
  quantity: number;
  /** Part of the idempotency key: a new one only after Stripe stored a failure under the old. */
  attempt: number;
  /** Whole seconds. */
  prorationAt: Date;
  /** An increase is paid at once, a decrease becomes a credit. */
  increase: boolean;
}

/**
 * Decides what to do for a seat change under a fresh reading that applySubscription was given first, and claims it where it
 * is to be sent: requested -> sent, at most one in an organization. A change that was claimed before, by a job that died
 * or that runs beside this one, comes back as it is: the reading says whether Stripe did it, and the idempotency key
 * keeps a second call from doing it twice.
 */
export async function claimSeatChange(
  context: Context,
  seatChangeId: string,
  organizationId: string,
  reading: SubscriptionReading,
): Promise<NextStep> {
  return context.database.$transaction(async (transaction) => {
    const ledger = await lockLedger(transaction, organizationId, context.now());
    const change = [ledger?.waiting, ledger?.inFlight].find((open) => open?.id === seatChangeId);
    if (!ledger || !change || change.status === 'awaiting_payment') return { kind: 'none' };
    if (isBehind(ledger, reading)) return { kind: 'read_again' };
    if (change.status === 'requested' && ledger.inFlight?.status === 'sent') return { kind: 'none' };
    if (reading.pending) {
      return { kind: 'withdraw', invoiceId: ledger.inFlight?.invoiceId ?? reading.invoice?.id ?? null };
    }
    if (change.status === 'sent') return { kind: 'send', change: toSend(change) };
    const consequences = noConsequences();
    const sent = await claim(transaction, context, ledger, change, reading, consequences);
    if (sent) return { kind: 'send', change: toSend(sent) };
    consequences.effects.push(homeRefresh(ledger.teamId));
    await record(transaction, context, consequences.changes, consequences.effects);
    return { kind: 'none' };
  });
}

function isBehind(ledger: Ledger, reading: SubscriptionReading): boolean {
  return (
    ledger.subscriptionId !== reading.subscriptionId ||
    !grantsSeats(reading.status) ||
    (ledger.readAt !== null && ledger.readAt > reading.readAt)
  );
}

/** The change as sent; null where there is nothing to send and it is settled. */
async function claim(
  transaction: Transaction,
  context: Context,
  ledger: Ledger,
  change: SeatChange,
  reading: SubscriptionReading,
  consequences: Consequences,
): Promise<SeatChange | null> {
  const settle = (settlement: Parameters<typeof settleSeatChange>[4]) =>
    settleSeatChange(transaction, context, ledger, change, settlement, consequences);
  if (reading.quantity === change.toQuantity) {
    await settle({ status: 'applied', amountPence: null });
    return null;
  }
  if (change.toQuantity < reading.quantity && change.toQuantity < ledger.used) {
    await settle({
      status: 'refused',
      reason: refuse('seats_below_use', { members: ledger.members, pending: ledger.pending }).message,
    });
    // The wish had lowered the purchased figure; Stripe's stands again.
    const { organizationId } = ledger;
    const { subscriptionId } = reading;
    consequences.effects.push(effect('subscription.read', { organizationId, subscriptionId }));
    return null;
  }
  return transaction.seatChange.update({
    where: { id: change.id, status: 'requested' },
    data: {
      status: 'sent',
      fromQuantity: reading.quantity,
      prorationAt: withinPeriod(change.prorationAt, reading),
      sentAt: context.now(),
    },
  });
}

/** Stripe prorates only from within the current period; a wish may have waited until the next one. */
function withinPeriod(moment: Date, { periodStartsAt }: SubscriptionReading): Date {
  return periodStartsAt && periodStartsAt > moment ? periodStartsAt : moment;
}

function toSend(change: SeatChange): ChangeToSend {
  return {
    id: change.id,
    organizationId: change.organizationId,
    quantity: change.toQuantity,
    attempt: change.attempt,
    prorationAt: change.prorationAt,
    increase: change.toQuantity > change.fromQuantity,
  };
}
