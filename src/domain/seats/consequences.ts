import { type Effect, effect } from '../effects.ts';
import type { Notice } from '../notices.ts';
import type { Author, Change } from '../record.ts';
import type { Ledger } from './ledger.ts';

/** What a transaction about seats leaves behind, gathered on its way and written at its end by record(). */
export interface Consequences {
  changes: Change[];
  effects: Effect[];
}

export function noConsequences(): Consequences {
  return { changes: [], effects: [] };
}

/** Tells the Owner; money is theirs alone. */
export function tellOwner(to: Consequences, ledger: Ledger, notice: Notice): void {
  if (ledger.ownerUserId === null) return;
  to.effects.push(effect('notice', { teamId: ledger.teamId, userId: ledger.ownerUserId, notice }));
}

/** The audit line of the purchased figure's move. */
export function seatsChanged(to: Consequences, ledger: Ledger, by: Author, purchased: number): void {
  to.changes.push({
    organizationId: ledger.organizationId,
    by,
    action: 'seats.changed',
    before: { seats: ledger.purchased },
    after: { seats: purchased },
  });
}
