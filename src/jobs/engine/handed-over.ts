import type { WaitingRow } from '../../database/outbox.ts';

/** Rows kept at most: a few claims' worth. What other processes' workers take is never asked for here. */
const KEPT = 5000;

/**
 * The rows that the relay of this process read when it claimed them, so that the workers of this process need not read them
 * again. A row is given only for the very job that was added with it: a later claim, by whatever process, adds another.
 */
export interface HandedOver {
  keep(rows: readonly WaitingRow[], addedAt: number): void;
  /** At most once for each row. */
  take(id: string, addedAt: number): WaitingRow | undefined;
}

export function createHandedOver(): HandedOver {
  const kept = new Map<string, { row: WaitingRow; addedAt: number }>();
  return {
    keep(rows, addedAt) {
      for (const row of rows) kept.set(row.id, { row, addedAt });
      for (const id of kept.keys()) {
        if (kept.size <= KEPT) break;
        kept.delete(id);
      }
    },
    take(id, addedAt) {
      const entry = kept.get(id);
      kept.delete(id);
      return entry?.addedAt === addedAt ? entry.row : undefined;
    },
  };
}
