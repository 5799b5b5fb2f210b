import type { Reconciliation, ReconciliationPhase } from '../../../database/client.ts';

export type { Reconciliation };

/** Where a reconciliation stands: the phase, and behind what its next page begins; null for its first. */
export interface Position {
  phase: ReconciliationPhase;
  cursor: string | null;
}

/** What one page came to. `found` is not here: what was found is counted in the list of findings. */
export interface PageFigures {
  /** Organizations that were compared. */
  compared: number;
  /** Organizations that were not as Stripe says, and now are. */
  repaired: number;
  /** Events that never arrived and were taken in. */
  replayed: number;
}

/** A page that was done: its figures, and what comes next; null where nothing does. */
export interface PageDone {
  figures: PageFigures;
  next: Position | null;
}

export const noFigures: PageFigures = { compared: 0, repaired: 0, replayed: 0 };
