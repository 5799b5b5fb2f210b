import type { SeatChange, Transaction } from '../../database/client.ts';
import { grantsSeats, type SubscriptionReading } from '../billing/subscription.ts';
import type { Context } from '../context.ts';
import { effect, homeRefresh } from '../effects.ts';
import { refuse } from '../errors.ts';
import { record } from '../record.ts';
import { type Consequences, noConsequences } from './consequences.ts';
import { holdBack, isTurnedAway } from './hold-back.ts';
import { type Ledger, lockLedger } from './ledger.ts';
import { nextSendingOf } from './sending-limits.ts';
import { settleSeatChange } from './settle-seat-change.ts';
import { moveSeatChange } from './transitions.ts';

/** What its job has to do next for a seat change. */
export type NextStep =
  /** Nothing: it is settled, awaits its payment, or waits until the one that is with Stripe is settled. */
  | { kind: 'none' }
  /** Stripe has moved on since the reading: read again. */
  | { kind: 'read_again' }
  /** Stripe still holds an earlier change back: withdraw that one's invoice first; null where it is not known. */
  | { kind: 'withdraw'; invoiceId: string | null }
  /** Stripe's limits are reached: a job comes back for it at that moment. */
  | { kind: 'wait'; until: Date }
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
 * or that runs beside this one, comes back as it is, or moved into the present period: the reading says whether Stripe did it,
 * and the idempotency key keeps a second call from doing it twice. One that Stripe was too busy for makes way for a newer wish,
 * and is dropped where the organization is being deleted.
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
    const consequences = noConsequences();
    if (isTurnedAway(ledger.inFlight) && (ledger.waiting || ledger.closing)) {
      await settleSeatChange(
        transaction,
        context,
        ledger,
        ledger.inFlight,
        { status: 'superseded' },
        consequences,
      );
    }
    const step = await decide(transaction, context, { ledger, change, reading }, consequences);
    await record(transaction, context, consequences.changes, consequences.effects);
    return step;
  });
}

interface Case {
  ledger: Ledger;
  change: SeatChange;
  reading: SubscriptionReading;
}

async function decide(
  transaction: Transaction,
  context: Context,
  { ledger, change, reading }: Case,
  consequences: Consequences,
): Promise<NextStep> {
  const now = context.now();
  const { waiting, inFlight } = ledger;
  const isOpen = waiting?.id === change.id || inFlight?.id === change.id;
  if (!isOpen || (waiting?.id === change.id && inFlight?.status === 'sent')) return { kind: 'none' };
  if (reading.pending) {
    return { kind: 'withdraw', invoiceId: inFlight?.invoiceId ?? reading.invoice?.id ?? null };
  }
  if (change.status === 'sent') {
    const { sendAfter } = change;
    if (sendAfter && sendAfter > now) return { kind: 'wait', until: defer(change, sendAfter, consequences) };
    return { kind: 'send', change: toSend(await sendAgain(transaction, change, reading)) };
  }
  if (await settleUnsent(transaction, context, { ledger, change, reading }, consequences)) {
    consequences.effects.push(homeRefresh(ledger.teamId));
    return { kind: 'none' };
  }
  const increase = change.toQuantity > reading.quantity;
  const until = await nextSendingOf(transaction, ledger.organizationId, increase, now);
  if (until) {
    await holdBack(transaction, context, ledger, change, until, consequences);
    return { kind: 'wait', until: defer(change, until, consequences) };
  }
  const sent = await moveSeatChange(transaction, change, 'sent', {
    fromQuantity: reading.quantity,
    prorationAt: withinPeriod(change.prorationAt, reading),
    sendAfter: null,
    sentAt: now,
  });
  return { kind: 'send', change: toSend(sent) };
}

/**
 * A change that was sent before, to be sent again as it was. Where the period from which it prorates is over by now, Stripe would
 * refuse it: it prorates from this one, which is another call and needs another key.
 */
async function sendAgain(
  transaction: Transaction,
  change: SeatChange,
  reading: SubscriptionReading,
): Promise<SeatChange> {
  const prorationAt = withinPeriod(change.prorationAt, reading);
  const isOutside = prorationAt > change.prorationAt;
  if (!isOutside && change.sendAfter === null) return change;
  const data = { sendAfter: null, ...(isOutside && { prorationAt, attempt: { increment: 1 } }) };
  return transaction.seatChange.update({ where: { id: change.id, status: 'sent' }, data });
}

/** A job comes back at that moment. Under a key, so that any number of jobs of a change leave one behind. */
function defer({ id }: SeatChange, until: Date, consequences: Consequences): Date {
  const options = { key: `seats:${id}`, availableAt: until };
  consequences.effects.push(effect('seats.carry', { seatChangeId: id }, options));
  return until;
}

function isBehind(ledger: Ledger, reading: SubscriptionReading): boolean {
  return (
    ledger.subscriptionId !== reading.subscriptionId ||
    !grantsSeats(reading.status) ||
    (ledger.readAt !== null && ledger.readAt > reading.readAt)
  );
}

/** Whether a change that was not sent has come to its end: Stripe has the number, or the seats are in use. */
async function settleUnsent(
  transaction: Transaction,
  context: Context,
  { ledger, change, reading }: Case,
  consequences: Consequences,
): Promise<boolean> {
  const settle = (settlement: Parameters<typeof settleSeatChange>[4]) =>
    settleSeatChange(transaction, context, ledger, change, settlement, consequences);
  if (reading.quantity === change.toQuantity) {
    await settle({ status: 'applied', amountPence: null });
    return true;
  }
  if (change.toQuantity > reading.quantity || change.toQuantity >= ledger.used) return false;
  await settle({
    status: 'refused',
    reason: refuse('seats_below_use', { members: ledger.members, pending: ledger.pending }).message,
  });
  // The wish had lowered the purchased figure; Stripe's stands again.
  const { organizationId } = ledger;
  const { subscriptionId } = reading;
  consequences.effects.push(effect('subscription.read', { organizationId, subscriptionId }));
  return true;
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
