import { setTimeout as sleep } from 'node:timers/promises';
import type { Outbox } from '../../database/outbox.ts';
import type { QueueName } from '../queues.ts';
import type { Pace } from './pace.ts';
import type { QueueStore } from './store/store.ts';

export interface SweepParts {
  outbox: Outbox;
  store: Pick<QueueStore, 'missing'>;
  queueOf: ReadonlyMap<string, QueueName>;
  /** Rows that a worker here has in hand. */
  inHand: () => string[];
  now: () => Date;
  pace: Pace;
}

/**
 * Brings back the rows whose job is lost, and says how many. The rule: a row that has been queued for the visibility time,
 * that no worker here has in hand, and whose job its queue does not hold in any state, goes back to pending. A job leaves
 * its queue only when its effect is over, and its row is settled before or within moments, so a row that is still queued
 * long after is lost: the queue was emptied, or a process died between claim and add, or between effect and mark. A job
 * that waits long in a long queue, or whose worker died, is still there: BullMQ hands it out again, and the row is looked
 * after again later. What is missing is given another moment, in which its mark may be on the way from another process;
 * after an outage of the database all marks come first: see `markMs` and `calmMs` in pace.ts.
 * @throws when the queue or the database is away.
 */
export async function sweep({ outbox, store, queueOf, inHand, now, pace }: SweepParts): Promise<number> {
  const topics = [...queueOf.keys()];
  let found = 0;
  for (;;) {
    const at = now();
    const rows = await outbox.overdue({ now: at, topics, limit: pace.batch });
    if (rows.length === 0) return found;
    const held = new Set(inHand());
    const lost: string[] = [];
    for (const queue of new Set(queueOf.values())) {
      const ids = rows
        .filter((row) => queueOf.get(row.topic) === queue && !held.has(row.id))
        .map((row) => row.id);
      if (ids.length > 0) lost.push(...(await store.missing(queue, ids)));
    }
    const kept = rows.map((row) => row.id).filter((id) => !lost.includes(id));
    await outbox.leave(kept, new Date(at.getTime() + pace.visibilityMs));
    if (lost.length === 0) continue;
    await sleep(pace.markMs);
    found += await outbox.release(lost, at, true);
  }
}
