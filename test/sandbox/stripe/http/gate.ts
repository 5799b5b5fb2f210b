import { pathFits } from './path-pattern.ts';
import type { LoggedRequest } from './request-log.ts';

/** Where a call can be held: before Stripe acts on it, or after it has acted and before the answer leaves. */
export type Moment = 'before' | 'after';

export interface Held {
  /** Resolves when a call waits here. */
  reached: Promise<void>;
  /** What is held goes on. */
  release(): void;
  /** The line breaks: held before, a call never reached Stripe; held after, its answer never leaves. */
  lose(): void;
}

interface Place {
  method: string;
  path: string | RegExp;
  moment: Moment;
  takes: 'one' | 'every';
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
    return this.hold('one', method, path, moment);
  }

  /**
   * Holds every call to a path until all of them are released or lost: for what may be done twice at once, of which one
   * would pass while the other is held.
   */
  holdEvery(method: 'GET' | 'POST' | 'DELETE', path: string | RegExp, moment: Moment): Held {
    return this.hold('every', method, path, moment);
  }

  /** Says whether the call goes on; false where its line broke while it was held. */
  async pass({ method, path }: Pick<LoggedRequest, 'method' | 'path'>, moment: Moment): Promise<boolean> {
    if (moment === 'before') await this.closed;
    const place = this.places.find(
      (each) => each.moment === moment && each.method === method && pathFits(each.path, path),
    );
    if (!place) return true;
    if (place.takes === 'one') this.leave(place);
    place.arrive();
    return place.outcome;
  }

  private hold(takes: Place['takes'], method: string, path: string | RegExp, moment: Moment): Held {
    let arrive = () => {};
    let decide = (_goesOn: boolean) => {};
    const reached = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const outcome = new Promise<boolean>((resolve) => {
      decide = resolve;
    });
    const place: Place = { takes, method, path, moment, arrive, outcome };
    this.places.push(place);
    const end = (goesOn: boolean) => {
      if (takes === 'every') this.leave(place);
      decide(goesOn);
    };
    return { reached, release: () => end(true), lose: () => end(false) };
  }

  private leave(place: Place): void {
    this.places = this.places.filter((each) => each !== place);
  }
}
