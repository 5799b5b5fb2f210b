import type { SeatChangeStatus, Transaction } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { effect, homeRefresh } from '../effects.ts';
import { record } from '../record.ts';
import { noConsequences } from './consequences.ts';
import { lockLedger } from './ledger.ts';
import { settleSeatChange } from './settle-seat-change.ts';

/** What a job needs to begin with a seat change; null where it is settled or was never there. */
export async function readSeatChange(
  context: Pick<Context, 'database'>,
  seatChangeId: string,
): Promise<{ organizationId: string; subscriptionId: string | null; status: SeatChangeStatus } | null> {
  const change = await context.database.seatChange.findFirst({
    where: { id: seatChangeId, status: { in: ['requested', 'sent', 'awaiting_payment'] } },
    select: { organizationId: true, status: true, organization: { select: { subscriptionId: true } } },
  });
  if (!change) return null;
  const { organizationId, organization, status } = change;
  return { organizationId, subscriptionId: organization.subscriptionId, status };
}

/**
 * Gives the next call of a sent change another idempotency key. Only after Stripe stored a failure under the key of `attempt`:
 * it would replay that failure for ever. Never after silence, which may hide a success.
 */
export async function renewAttempt(
  context: Pick<Context, 'database'>,
  seatChangeId: string,
  attempt: number,
): Promise<void> {
  await context.database.seatChange.updateMany({
    where: { id: seatChangeId, status: 'sent', attempt },
    data: { attempt: attempt + 1 },
  });
}

/** Notes the credit of a sent decrease, in pence below zero, to be told when it is applied. */
export async function noteCredit(
  context: Pick<Context, 'database'>,
  seatChangeId: string,
  amountPence: number,
): Promise<void> {
  await context.database.seatChange.updateMany({
    where: { id: seatChangeId, status: 'sent' },
    data: { amountDue: amountPence },
  });
}

/**
 * Stripe is too busy for this change, and has not done it: where a newer wish waits, that one takes its place, so that any
 * number of wishes is one call. Returns whether it did. The newer one goes out at `from`.
 */
export async function giveWay(context: Context, seatChangeId: string, from: Date): Promise<boolean> {
  return context.database.$transaction(async (transaction) => {
    const row = await transaction.seatChange.findUnique({ where: { id: seatChangeId } });
    const ledger = row && (await lockLedger(transaction, row.organizationId, context.now()));
    if (!ledger?.waiting || ledger.inFlight?.id !== seatChangeId || ledger.inFlight.status !== 'sent') {
      return false;
    }
    const consequences = noConsequences();
    const settlement = { status: 'superseded' } as const;
    await settleSeatChange(transaction, context, ledger, ledger.inFlight, settlement, consequences);
    const effects = consequences.effects.map((each) => ({ ...each, availableAt: from }));
    await record(transaction, context, consequences.changes, effects);
    return true;
  });
}

/**
 * Ends an open change that Stripe will not make, and tells the Owner why. What the change had done to the purchased figure
 * is put right by the reading of Stripe that this asks for.
 */
export async function refuseSeatChange(
  context: Context,
  seatChangeId: string,
  reason: string,
): Promise<void> {
  await context.database.$transaction((transaction) =>
    refuseSeatChangeIn(transaction, context, seatChangeId, reason),
  );
}

/** The same inside a transaction. */
export async function refuseSeatChangeIn(
  transaction: Transaction,
  context: Context,
  seatChangeId: string,
  reason: string,
): Promise<void> {
  const row = await transaction.seatChange.findUnique({ where: { id: seatChangeId } });
  const ledger = row && (await lockLedger(transaction, row.organizationId, context.now()));
  const change = [ledger?.waiting, ledger?.inFlight].find((open) => open?.id === seatChangeId);
  if (!ledger || !change) return;
  const consequences = noConsequences();
  const settlement = { status: 'refused', reason, paymentUrl: change.paymentUrl } as const;
  await settleSeatChange(transaction, context, ledger, change, settlement, consequences);
  const { organizationId, subscriptionId, teamId } = ledger;
  if (subscriptionId) {
    consequences.effects.push(effect('subscription.read', { organizationId, subscriptionId }));
  }
  consequences.effects.push(homeRefresh(teamId));
  await record(transaction, context, consequences.changes, consequences.effects);
}
