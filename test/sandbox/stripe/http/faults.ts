import { pathFits } from './path-pattern.ts';

/**
 * How a call goes wrong. *Before*: Stripe did nothing and remembers nothing. *Stored*: the answer 500 is kept under the
 * idempotency key and replayed. *Acted*: Stripe did the work and the caller never hears of it.
 */
export type FaultKind =
  | '500-before'
  | '500-stored'
  | 'acted-then-500-stored'
  | '429'
  | 'lock-timeout'
  | 'drop-before'
  | 'acted-then-drop'
  | 'timeout'
  | 'acted-then-timeout';

export interface Fault {
  kind: FaultKind;
  /** Any method when absent. */
  method?: 'GET' | 'POST' | 'DELETE';
  /** `*` stands for one segment, for example `/v1/subscriptions/*`. Any path when absent. */
  path?: string | RegExp;
  /** How many calls it strikes; once when absent. */
  times?: number;
}

/** Failures waiting for the calls they will strike, in the order they were asked for. */
export class Faults {
  private queue: (Fault & { remaining: number })[] = [];

  /**
   * Lets the next fitting call (or `times` of them) fail. Note that stripe-node repeats a dropped call once by itself,
   * with the same idempotency key, even with retries off.
   */
  next(fault: Fault): void {
    this.queue.push({ ...fault, remaining: fault.times ?? 1 });
  }

  clear(): void {
    this.queue = [];
  }

  take(method: string, path: string): FaultKind | undefined {
    const fault = this.queue.find(
      (entry) => (entry.method === undefined || entry.method === method) && pathFits(entry.path, path),
    );
    if (!fault) return undefined;
    fault.remaining -= 1;
    if (fault.remaining <= 0) this.queue = this.queue.filter((entry) => entry !== fault);
    return fault.kind;
  }
}
