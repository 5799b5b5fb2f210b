/** How many streams may be open at once in one process. */
export interface StreamLimits {
  /** Of one conversation: a person's windows, and those of who looks over their shoulder. */
  perTicket: number;
  /** Of one address: an office's people share one. */
  perAddress: number;
  /** In all: each holds a connection, and up to a megabyte for a slow reader. */
  inAll: number;
}

export const usualStreams: StreamLimits = { perTicket: 20, perAddress: 100, inAll: 5_000 };

export interface OpenStreams {
  /** Counts one more; gives what takes it back, or null where there are too many. */
  enter(ticketId: string, address: string): (() => void) | null;
}

export function countStreams({ perTicket, perAddress, inAll }: StreamLimits = usualStreams): OpenStreams {
  const counts = new Map<string, number>();
  const count = (key: string) => counts.get(key) ?? 0;
  const add = (key: string, more: number) => {
    const now = count(key) + more;
    if (now > 0) counts.set(key, now);
    else counts.delete(key);
  };
  return {
    enter(ticketId, address) {
      const limits: [string, number][] = [
        [`ticket ${ticketId}`, perTicket],
        [`address ${address}`, perAddress],
        ['all', inAll],
      ];
      if (limits.some(([key, most]) => count(key) >= most)) return null;
      for (const [key] of limits) add(key, 1);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        for (const [key] of limits) add(key, -1);
      };
    },
  };
}
