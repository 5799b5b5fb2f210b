/** Work that goes on after its request was acknowledged, so that a stop can wait for it. */
export interface Pending {
  track<T>(work: Promise<T>): Promise<T>;
  /** Resolves when nothing is left, what was begun meanwhile included. */
  idle(): Promise<void>;
}

export function createPending(): Pending {
  const running = new Set<Promise<unknown>>();
  return {
    track: (work) => {
      running.add(work);
      const end = () => running.delete(work);
      work.then(end, end);
      return work;
    },
    idle: async () => {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}
