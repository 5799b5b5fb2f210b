import type { Subscription } from '../../database/notifications.ts';
import type { Outbox, WaitingRow } from '../../database/outbox.ts';
import type { Logger } from '../../logger.ts';
import type { QueueName } from '../queues.ts';
import type { HandedOver } from './handed-over.ts';
import { type Outage, watchOutage } from './outage.ts';
import type { Pace } from './pace.ts';
import type { QueueStore } from './store/store.ts';
import { createWaker } from './waker.ts';

const FIRST_PAUSE_MS = 5;
const RELEASE_PAUSE_MS = 1000;
const AWAY_PAUSE_MS = 250;

// The pair that outbox_wake() in the migrations asks for.
const REST_LOCK = `hashtext('orgdesk'), hashtext('outbox relay at rest')`;

export interface Relay {
  /** Something may be due. */
  wake(): void;
  /** The listening session is gone, and with it the lock that is held at rest. */
  restLost(): void;
  /** Claims no more, and resolves when what was claimed is in the queues. */
  stop(): Promise<void>;
}

export interface RelayParts {
  outbox: Outbox;
  store: QueueStore;
  /** The queue of every topic that this process knows. */
  queueOf: ReadonlyMap<string, QueueName>;
  /** Rows whose last job a queue still holds, so that adding another would be without effect. */
  held: () => string[];
  handedOver: Pick<HandedOver, 'keep'>;
  subscription: Subscription;
  now: () => Date;
  pace: Pace;
  log: Logger;
}

/**
 * Moves due rows into the queues. A row is first marked queued and then added: after a crash between the two, the sweep
 * finds a queued row without a job. Any number of relays may run, in any number of processes.
 *
 * When nothing is due a relay goes to rest. It does so by holding a lock that every writer of the outbox tries to share
 * until its transaction ends: a writer that fails to share it sends a notification, and a relay that fails to hold it
 * knows that rows may be on their way, and looks again. So no row is missed, and writers notify nobody while a relay is
 * at work. It polls besides, should a connection be lost without a word.
 */
export function startRelay(parts: RelayParts): Relay {
  const { outbox, store, queueOf, subscription, now, pace, log } = parts;
  const topics = [...queueOf.keys()];
  const databaseOutage = watchOutage('The database', log);
  const queueOutage = watchOutage(`The queue in ${store.name}`, log);
  const waker = createWaker();
  let stopping = false;
  let atRest = false;
  let pause = FIRST_PAUSE_MS;

  const claim = () =>
    outbox.claim({
      now: now(),
      until: new Date(now().getTime() + pace.visibilityMs),
      topics,
      except: parts.held(),
      limit: pace.batch,
    });

  const rest = async () => {
    if (atRest) return;
    try {
      const [row] = await subscription.query<{ held: boolean }>(
        `SELECT pg_try_advisory_lock(${REST_LOCK}) AS held`,
      );
      atRest = row?.held ?? false;
    } catch {
      atRest = false;
    }
  };

  const rise = async () => {
    if (!atRest) return;
    atRest = false;
    await subscription.query(`SELECT pg_advisory_unlock(${REST_LOCK})`).catch(() => {});
  };

  /** Moves what is due, and says whether that was anything. */
  const move = async (): Promise<boolean> => {
    const rows = await claim();
    if (rows.length === 0) return false;
    await Promise.all([rise(), add(rows, parts, queueOutage)]);
    return true;
  };

  const untilNext = async (): Promise<number> => {
    const next = await outbox.nextDue(topics);
    const wait = next === null ? pace.pollMs : next.getTime() - now().getTime();
    return Math.max(FIRST_PAUSE_MS, Math.min(wait, pace.pollMs));
  };

  const turn = async () => {
    waker.arm();
    if (!(await available(store, queueOutage))) {
      await rise();
      await waker.sleep(AWAY_PAUSE_MS);
      return;
    }
    if (await move()) {
      pause = FIRST_PAUSE_MS;
      return;
    }
    await rest();
    // Asked after the lock is held: what was written before it is seen here, and what is written after it notifies.
    const longest = await untilNext();
    await waker.sleep(atRest ? longest : Math.min(longest, pause));
    pause = atRest ? FIRST_PAUSE_MS : Math.min(2 * pause, pace.pollMs);
  };

  const loop = async () => {
    while (!stopping) {
      try {
        await turn();
        databaseOutage.over();
      } catch (error) {
        if (stopping) break;
        databaseOutage.begun(error);
        await waker.sleep(AWAY_PAUSE_MS);
      }
    }
    await rise();
  };
  const running = loop();

  return {
    wake: waker.wake,
    restLost() {
      atRest = false;
    },
    async stop() {
      stopping = true;
      waker.wake();
      await running;
    },
  };
}

async function available(store: QueueStore, outage: Outage): Promise<boolean> {
  try {
    await store.check();
    outage.over();
    return true;
  } catch (error) {
    outage.begun(error);
    return false;
  }
}

/** Adds claimed rows to their queues. Those that a queue does not take wait for the next look. */
async function add(rows: WaitingRow[], parts: RelayParts, outage: Outage) {
  const { outbox, store, queueOf, handedOver, now } = parts;
  const addedAt = Date.now();
  handedOver.keep(rows, addedAt);
  const byQueue = new Map<QueueName, WaitingRow[]>();
  for (const row of rows) {
    const queue = queueOf.get(row.topic) as QueueName;
    const group = byQueue.get(queue);
    if (group) group.push(row);
    else byQueue.set(queue, [row]);
  }
  await Promise.all(
    [...byQueue].map(async ([queue, group]) => {
      try {
        await store.add(queue, group, addedAt);
      } catch (error) {
        outage.begun(error);
        const later = new Date(now().getTime() + RELEASE_PAUSE_MS);
        await outbox.release(
          group.map((row) => row.id),
          later,
          false,
        );
      }
    }),
  );
}
