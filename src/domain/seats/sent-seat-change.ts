import type { SeatChangeStatus, Transaction } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { effect, homeRefresh } from '../effects.ts';
import { record } from '../record.ts';
import { noConsequences } from './consequences.ts';
import { lockLedger } from './ledger.ts';
import { settleSeatChange } from './settle-seat-change.ts';
import { openStatuses } from './transitions.ts';

/** What a job needs to begin with a seat change; null where it is settled or was never there. */
export async function readSeatChange(
  context: Pick<Context, 'database'>,
  seatChangeId: string,
): Promise<{ organizationId: string; subscriptionId: string | null; status: SeatChangeStatus } | null> {
  const change = await context.database.seatChange.findFirst({
    where: { id: seatChangeId, status: { in: [...openStatuses] } },
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
  context: Pick<Context, 'database' | 'now'>,
  seatChangeId: string,
  attempt: number,
): Promise<void> {
  await context.database.seatChange.updateMany({
    where: { id: seatChangeId, status: 'sent', attempt },
    data: { attempt: attempt + 1, sentAt: context.now() },
  });
}

/** Notes the credit of a sent decrease, in the currency's smallest unit and below zero, to be told when it is applied. */
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
