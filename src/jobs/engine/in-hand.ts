const SETTLING_MS = 2000;

/** The jobs that the workers of this process hold: from when they are taken until their queue has let go of them. */
export interface InHand {
  take(id: string): void;
  /** The effect is settled; the queue still has to let go. */
  settle(id: string): void;
  letGo(id: string): void;
  ids(): string[];
}

export function createInHand(): InHand {
  const held = new Map<string, number | null>();
  return {
    take: (id) => held.set(id, null),
    settle: (id) => held.has(id) && held.set(id, Date.now()),
    letGo: (id) => held.delete(id),
    ids() {
      // A queue that was emptied or is away never says that it let go.
      const longAgo = Date.now() - SETTLING_MS;
      for (const [id, settledAt] of held) if (settledAt !== null && settledAt < longAgo) held.delete(id);
      return [...held.keys()];
    },
  };
}
