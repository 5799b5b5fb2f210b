import type { Subscription, SubscriptionOptions } from '../../database/notifications.ts';
import type { Context } from '../../domain/context.ts';
import { readRevisions } from '../../domain/tickets/conversation/read-revisions.ts';
import { type CustomerChange, readCustomerChanges } from '../../domain/tickets/customer-view.ts';
import type { Logger } from '../../logger.ts';

/** Somebody who watches a conversation. */
export interface Watcher {
  /** Up to this revision it has everything. */
  seen: number;
  /** Takes what has changed since, in order. Resolves when there is room for more. */
  take(changes: readonly CustomerChange[]): Promise<void>;
  /** There will be nothing more: the ticket is gone, or the process stops. */
  end(): void;
}

export interface ConversationFeed {
  /**
   * Gives a watcher everything after `seen`, now and from now on, exactly once and in the order of the commits, until it leaves
   * by the function that this returns, or is ended. @throws where the database cannot be listened to: then nobody watches.
   */
  watch(ticketId: string, watcher: Watcher): Promise<() => void>;
  /** Ends every watcher, lets nobody watch any more, and closes the connection that listens. */
  stop(): Promise<void>;
}

export interface FeedParts {
  context: Pick<Context, 'database'>;
  /** Listens to the channel `conversations`, whose notifications are tickets' ids. */
  listen(options: SubscriptionOptions): Promise<Subscription>;
  log: Logger;
  /** How often it is looked whether a notification was missed and whether the tickets still stand; 30 s by default. */
  lookMilliseconds?: number;
}

/** Messages that are read at once. */
const AT_ONCE = 100;
const LOOK_MS = 30_000;
/** Until what failed is tried again. */
const PAUSE_MS = 1_000;

/** The conversation of a ticket, as far as somebody in this process watches it. */
interface Topic {
  /** `live`: it has everything that was read, and gets what is read next with the others. */
  watchers: Map<Watcher, { live: boolean }>;
  /** How often it was said that something changed: whoever reads compares before and after. */
  wakes: number;
  reading: boolean;
}

/**
 * Feeds the watchers of all conversations from one connection that listens, which is opened for the first of them and kept. A
 * change is read once for all watchers of its ticket.
 */
export function createConversationFeed({
  context,
  listen,
  log,
  lookMilliseconds = LOOK_MS,
}: FeedParts): ConversationFeed {
  const topics = new Map<string, Topic>();
  let subscription: Promise<Subscription> | undefined;
  let looking: NodeJS.Timeout | undefined;
  let stopped = false;

  const onWake = (payload: string | null) => {
    const topic = payload ? topics.get(payload) : undefined;
    if (payload && topic) wake(payload, topic);
    // After a connect, or where tickets were deleted.
    if (!payload) void look();
  };

  const listening = () => {
    subscription ??= listen({
      onWake,
      onLost: (error) =>
        log.info({ err: error }, 'The connection that hears of conversations was lost; it is sought again.'),
    }).catch((error: unknown) => {
      subscription = undefined;
      throw error;
    });
    looking ??= setInterval(() => void look(), lookMilliseconds).unref();
    return subscription;
  };

  /** Wakes those of whose tickets more is known in the database than they have, and ends those whose ticket is gone. */
  async function look(): Promise<void> {
    const watched = [...topics.keys()];
    if (watched.length === 0) return;
    try {
      const revisions = await readRevisions(context, watched);
      for (const ticketId of watched) {
        const topic = topics.get(ticketId);
        if (!topic) continue;
        const revision = revisions.get(ticketId);
        if (revision === undefined) endAll(ticketId, topic);
        else if ([...topic.watchers.keys()].some(({ seen }) => seen < revision)) wake(ticketId, topic);
      }
    } catch (error) {
      log.warn({ err: error }, 'The conversations that are watched could not be looked at.');
      again(() => void look());
    }
  }

  function again(work: () => void): void {
    setTimeout(() => !stopped && work(), PAUSE_MS).unref();
  }

  function wake(ticketId: string, topic: Topic): void {
    topic.wakes += 1;
    if (topic.reading) return;
    readOn(ticketId, topic).catch((error: unknown) => {
      log.warn({ err: error, ticketId }, 'What changed in a conversation could not be read.');
      again(() => topics.get(ticketId) === topic && wake(ticketId, topic));
    });
  }

  /** Reads until nothing has changed meanwhile, for all who have read up to the present. */
  async function readOn(ticketId: string, topic: Topic): Promise<void> {
    topic.reading = true;
    try {
      for (let read = -1, more = false; more || read !== topic.wakes; ) {
        read = topic.wakes;
        const since = Math.min(...liveOf(topic).map(({ seen }) => seen));
        if (since === Number.POSITIVE_INFINITY) return;
        const news = await readCustomerChanges(context, { ticketId, since, limit: AT_ONCE });
        if (news === null) return endAll(ticketId, topic);
        for (const watcher of liveOf(topic)) {
          // It caught up meanwhile, and not as far: the wake of what it lacks is still to come, and reads from where it is.
          if (watcher.seen < since) continue;
          // Nobody waits for the slowest, who is cut where too much waits for them.
          void watcher.take(news.changes.filter(({ revision }) => revision > watcher.seen));
          watcher.seen = Math.max(watcher.seen, news.upTo);
        }
        more = news.more;
      }
    } finally {
      // In the same step as the last look at `wakes`: none comes in between.
      topic.reading = false;
    }
  }

  function endAll(ticketId: string, topic: Topic): void {
    if (topics.get(ticketId) === topic) topics.delete(ticketId);
    for (const watcher of topic.watchers.keys()) watcher.end();
    topic.watchers.clear();
  }

  /** Brings one watcher from where it is to the present, at its own pace. */
  async function catchUp(ticketId: string, topic: Topic, watcher: Watcher): Promise<void> {
    for (;;) {
      const state = topic.watchers.get(watcher);
      if (!state) return;
      const { wakes } = topic;
      const news = await readCustomerChanges(context, { ticketId, since: watcher.seen, limit: AT_ONCE });
      if (news === null) return endAll(ticketId, topic);
      if (!topic.watchers.has(watcher)) return;
      await watcher.take(news.changes);
      watcher.seen = news.upTo;
      if (!news.more && topic.wakes === wakes) {
        state.live = true;
        return;
      }
    }
  }

  return {
    async watch(ticketId, watcher) {
      if (stopped) throw new Error('The process stops.');
      // First listened, then read: what commits in between is heard of.
      await listening();
      if (stopped) throw new Error('The process stops.');
      const topic = topics.get(ticketId) ?? { watchers: new Map(), wakes: 0, reading: false };
      topics.set(ticketId, topic);
      topic.watchers.set(watcher, { live: false });
      const leave = () => {
        topic.watchers.delete(watcher);
        if (topic.watchers.size === 0 && topics.get(ticketId) === topic) topics.delete(ticketId);
      };
      void catchUp(ticketId, topic, watcher).catch((error: unknown) => {
        log.warn({ err: error, ticketId }, 'What changed in a conversation could not be read.');
        // It comes back, and says from where.
        leave();
        watcher.end();
      });
      return leave;
    },
    async stop() {
      stopped = true;
      clearInterval(looking);
      for (const [ticketId, topic] of [...topics]) endAll(ticketId, topic);
      await subscription?.then(
        (open) => open.close(),
        () => {},
      );
    },
  };
}

function liveOf({ watchers }: Topic): Watcher[] {
  return [...watchers].filter(([, { live }]) => live).map(([watcher]) => watcher);
}
