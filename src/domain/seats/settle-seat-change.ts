import type { SeatChange, Transaction } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { effect } from '../effects.ts';
import { type Consequences, tellOwner } from './consequences.ts';
import type { Ledger } from './ledger.ts';
import { moveSeatChange } from './transitions.ts';

/** How a seat change ends. Amounts are in the currency's smallest unit, negative for a credit; null where Stripe did not say. */
export type Settlement =
  | { status: 'applied'; amountPence: number | null }
  | { status: 'refused'; reason: string; paymentUrl?: string | null; silently?: boolean }
  | { status: 'expired' }
  | { status: 'superseded' };

const EXPIRED = 'The payment was not completed in time, so the change was dropped.';

/**
 * Ends an open seat change behind the organization's lock, tells the Owner how, and lets the wish that waited behind it go
 * out. `ledger` no longer has the change afterwards.
 */
export async function settleSeatChange(
  transaction: Transaction,
  context: Context,
  ledger: Ledger,
  change: SeatChange,
  settlement: Settlement,
  consequences: Consequences,
): Promise<void> {
  const reason = reasonOf(settlement);
  await moveSeatChange(transaction, change, settlement.status, {
    settledAt: context.now(),
    ...(reason !== null && { reason }),
    ...(settlement.status === 'applied' && { amountDue: settlement.amountPence }),
  });
  if (ledger.waiting?.id === change.id) {
    ledger.waiting = null;
  } else {
    ledger.inFlight = null;
    if (ledger.waiting) consequences.effects.push(effect('seats.carry', { seatChangeId: ledger.waiting.id }));
  }
  if (settlement.status === 'applied') {
    const { amountPence } = settlement;
    tellOwner(consequences, ledger, { kind: 'seats_applied', seats: change.toQuantity, amountPence });
  }
  if (reason === null) return;
  consequences.changes.push({
    organizationId: ledger.organizationId,
    by: 'Stripe',
    action: 'seats.refused',
    before: { seats: change.fromQuantity },
    after: { seats: change.toQuantity, reason },
  });
  if (settlement.status === 'refused' && settlement.silently) return;
  const paymentUrl = settlement.status === 'refused' ? (settlement.paymentUrl ?? null) : null;
  tellOwner(consequences, ledger, { kind: 'seats_refused', seats: change.toQuantity, reason, paymentUrl });
}

function reasonOf(settlement: Settlement): string | null {
  if (settlement.status === 'refused') return settlement.reason;
  return settlement.status === 'expired' ? EXPIRED : null;
}
