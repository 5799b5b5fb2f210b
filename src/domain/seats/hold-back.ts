import type { SeatChange, Transaction } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { homeRefresh } from '../effects.ts';
import { record } from '../record.ts';
import { type Consequences, noConsequences, tellOwner } from './consequences.ts';
import { type Ledger, lockLedger } from './ledger.ts';
import { settleSeatChange } from './settle-seat-change.ts';
import { openStatuses } from './transitions.ts';

/** The shortest wait that is worth a message, in milliseconds. */
const WORTH_TELLING_MS = 60_000;

/**
 * Notes that an open change is not sent before `until`, and tells the Owner, once for each change and not where they read it
 * in the answer to their wish.
 */
export async function holdBack(
  transaction: Transaction,
  context: Context,
  ledger: Ledger,
  change: SeatChange,
  until: Date,
  consequences: Consequences,
): Promise<void> {
  const now = context.now();
  const waits = until.getTime() - now.getTime();
  const tells = change.waitToldAt === null && waits >= WORTH_TELLING_MS;
  await transaction.seatChange.update({
    where: { id: change.id, status: change.status },
    data: { sendAfter: until, ...(tells && { waitToldAt: now }) },
  });
  if (change.sendAfter?.getTime() !== until.getTime()) consequences.effects.push(homeRefresh(ledger.teamId));
  if (!tells) return;
  const minutes = Math.ceil(waits / 60_000);
  const { toQuantity: seats } = change;
  tellOwner(consequences, ledger, { kind: 'seats_waiting', seats, until: until.toISOString(), minutes });
}

/**
 * Stripe is too busy for this change until that moment, and has not done it. Where a newer wish waits, that one takes its
 * place, so that any number of wishes is one call; returns whether it did. Otherwise the change is sent again then.
 */
export async function turnAway(context: Context, seatChangeId: string, until: Date): Promise<boolean> {
  return context.database.$transaction(async (transaction) => {
    const row = await transaction.seatChange.findUnique({ where: { id: seatChangeId } });
    const ledger = row && (await lockLedger(transaction, row.organizationId, context.now()));
    const change = ledger?.inFlight;
    if (!ledger || change?.id !== seatChangeId || change.status !== 'sent') return false;
    const consequences = noConsequences();
    const next = ledger.waiting;
    await holdBack(transaction, context, ledger, next ?? change, until, consequences);
    if (next) {
      // Stripe's word stays on what it was said of, for the wishes that come after.
      await transaction.seatChange.update({ where: { id: change.id }, data: { sendAfter: until } });
      const settled = noConsequences();
      await settleSeatChange(transaction, context, ledger, change, { status: 'superseded' }, settled);
      consequences.changes.push(...settled.changes);
      consequences.effects.push(...settled.effects.map((each) => ({ ...each, availableAt: until })));
    }
    await record(transaction, context, consequences.changes, consequences.effects);
    return next !== null;
  });
}

/** Stripe was too busy for it and did nothing, and it was not sent again since. */
export function isTurnedAway(change: SeatChange | null): change is SeatChange {
  return change?.status === 'sent' && change.sendAfter !== null;
}

/** Tells the Owner, once for each change, that Stripe cannot be reached for it and that it is tried again. */
export async function tellDelay(context: Context, seatChangeId: string): Promise<void> {
  await context.database.$transaction(async (transaction) => {
    const row = await transaction.seatChange.findUnique({ where: { id: seatChangeId } });
    const ledger = row && (await lockLedger(transaction, row.organizationId, context.now()));
    if (!ledger) return;
    const { count } = await transaction.seatChange.updateMany({
      where: { id: seatChangeId, status: { in: [...openStatuses] }, delayToldAt: null },
      data: { delayToldAt: context.now() },
    });
    if (count === 0) return;
    const consequences = noConsequences();
    tellOwner(consequences, ledger, { kind: 'seats_delayed', seats: row.toQuantity });
    await record(transaction, context, consequences.changes, consequences.effects);
  });
}
