import { pathFits } from './path-pattern.ts';
import type { LoggedRequest } from './request-log.ts';

/** Where a call can be held: before Stripe acts on it, or after it has acted and before the answer leaves. */
export type Moment = 'before' | 'after';

export interface Held {
  /** Resolves when a call waits here. */
  reached: Promise<void>;
  /** The call goes on. */
  release(): void;
  /** Its line breaks: held before, it never reached Stripe; held after, its answer never leaves. */
  lose(): void;
}

interface Place {
  method: string;
  path: string | RegExp;
  moment: Moment;
  arrive(): void;
  outcome: Promise<boolean>;
}

/**
 * Holds API calls where they have claimed their idempotency key and not yet acted, or where they have acted and not yet
 * answered, for as long as a test wants: what happens meanwhile is decided by the test and not by how fast the machine is.
 */
export class Gate {
  private closed: Promise<void> | undefined;
  private release: (() => void) | undefined;
  private places: Place[] = [];

  /** From now on calls wait before they act. */
  close(): void {
    if (this.closed) return;
    this.closed = new Promise((resolve) => {
      this.release = resolve;
    });
  }

  /** Lets the waiting calls go on, and later ones through. */
  open(): void {
    this.release?.();
    this.closed = undefined;
  }

  /** Holds the next call to a path (`*` stands for one segment), and no other. */
  holdNext(method: 'GET' | 'POST' | 'DELETE', path: string | RegExp, moment: Moment): Held {
    let arrive = () => {};
    let decide = (_goesOn: boolean) => {};
    const reached = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const outcome = new Promise<boolean>((resolve) => {
      decide = resolve;
    });
    this.places.push({ method, path, moment, arrive, outcome });
    return { reached, release: () => decide(true), lose: () => decide(false) };
  }

  /** Says whether the call goes on; false where its line broke while it was held. */
  async pass({ method, path }: Pick<LoggedRequest, 'method' | 'path'>, moment: Moment): Promise<boolean> {
    if (moment === 'before') await this.closed;
    const place = this.places.find(
      (each) => each.moment === moment && each.method === method && pathFits(each.path, path),
    );
    if (!place) return true;
    this.places = this.places.filter((each) => each !== place);
    place.arrive();
    return place.outcome;
  }
}
