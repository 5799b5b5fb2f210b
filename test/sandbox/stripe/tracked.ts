import type { Account } from './account.ts';
import type { EventRecord } from './records/event.ts';

function isHash(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What Stripe puts into `previous_attributes`: the changed attributes with their old values; of a hash only the changed
 * keys, of an array all of it.
 */
export function changedAttributes(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): Record<string, unknown> {
  const changed: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const old = before[key];
    const present = after[key];
    if (isHash(old) && isHash(present)) {
      const inner = changedAttributes(old, present);
      if (Object.keys(inner).length > 0) changed[key] = inner;
    } else if (JSON.stringify(old) !== JSON.stringify(present)) {
      changed[key] = old ?? null;
    }
  }
  return changed;
}

const underChange = new WeakSet<object>();

/**
 * Makes a change to an object and emits `type` with the previous attributes, unless nothing changed. Within a change of
 * the same object it only joins in: one update, one event.
 */
export function tracked<T extends object>(
  account: Account,
  type: EventRecord['type'],
  record: T,
  change: (record: T) => void,
  connected?: string,
): T {
  if (underChange.has(record)) {
    change(record);
    return record;
  }
  const before = structuredClone(record);
  underChange.add(record);
  try {
    change(record);
  } finally {
    underChange.delete(record);
  }
  const previous = changedAttributes(before as Record<string, unknown>, record as Record<string, unknown>);
  if (Object.keys(previous).length > 0) account.emit(type, record, previous, connected);
  return record;
}
