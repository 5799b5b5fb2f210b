const LETTING_GO_MS = 2000;

/**
 * The effects that the workers of this process have in hand. An effect is over in two places, in either order: its row is
 * settled (marked, postponed or parked), and its queue lets go of the job.
 */
export interface InHand {
  take(id: string): void;
  settle(id: string): void;
  letGo(id: string): void;
  /** Their rows are not settled yet: the sweep must not take them for lost. */
  unsettled(): string[];
  /** Their queues still hold the job, so that adding another would be without effect. */
  held(): string[];
}

export function createInHand(): InHand {
  const unsettled = new Set<string>();
  /** When the row was settled, where it was before the queue let go. */
  const held = new Map<string, number | null>();
  return {
    take(id) {
      unsettled.add(id);
      held.set(id, null);
    },
    settle(id) {
      unsettled.delete(id);
      if (held.has(id)) held.set(id, Date.now());
    },
    letGo: (id) => held.delete(id),
    unsettled: () => [...unsettled],
    held() {
      // A queue that was emptied or is away never says that it let go.
      const longAgo = Date.now() - LETTING_GO_MS;
      for (const [id, settledAt] of held) if (settledAt !== null && settledAt < longAgo) held.delete(id);
      return [...held.keys()];
    },
  };
}
