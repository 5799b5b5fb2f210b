export interface Duration {
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
}

interface Alarm {
  at: number;
  order: number;
  key: string;
  ring: () => void;
}

function secondsOf(duration: Duration): number {
  const { days = 0, hours = 0, minutes = 0, seconds = 0 } = duration;
  return days * 86_400 + hours * 3_600 + minutes * 60 + seconds;
}

/**
 * The sandbox's own clock, in whole seconds like Stripe's timestamps. Given a start it stands still there and moves
 * only by `advance`; without one it runs with the machine and `advance` adds to that. What falls due on the way
 * (renewals, expiries, retries) happens in order, each at its own moment.
 */
export class SandboxClock {
  private readonly alarms = new Map<string, Alarm>();
  private readonly frozen: boolean;
  private base: number;
  private order = 0;
  private earliest = Number.POSITIVE_INFINITY;
  private ringing = false;

  constructor(start?: Date) {
    this.frozen = start !== undefined;
    this.base = start === undefined ? 0 : Math.floor(start.getTime() / 1000);
  }

  /** The sandbox's present moment. */
  now(): Date {
    return new Date(this.seconds() * 1000);
  }

  /** The sandbox's present moment in Unix seconds. */
  seconds(): number {
    return this.frozen || this.ringing ? this.base : this.base + Math.floor(Date.now() / 1000);
  }

  /** Moves forward; everything due until then has happened when this returns. Never backwards. */
  advance(duration: Duration): void {
    const step = secondsOf(duration);
    if (step < 0) throw new RangeError('The sandbox clock only moves forward.');
    this.ringUntil(this.seconds() + step);
    this.base += step;
  }

  /** Moves forward to a moment; see `advance`. */
  advanceTo(moment: Date): void {
    this.advance({ seconds: Math.floor(moment.getTime() / 1000) - this.seconds() });
  }

  /** Lets happen what has fallen due; the server calls it before each request. */
  catchUp(): void {
    if (this.earliest <= this.seconds()) this.ringUntil(this.seconds());
  }

  /** Has `ring` called at a Unix second. One alarm a key: setting it again moves it. */
  setAlarm(key: string, at: number, ring: () => void): void {
    this.order += 1;
    this.alarms.set(key, { at, order: this.order, key, ring });
    this.earliest = Math.min(this.earliest, at);
  }

  clearAlarm(key: string): void {
    this.alarms.delete(key);
  }

  private ringUntil(end: number): void {
    if (this.ringing) return;
    const base = this.base;
    this.ringing = true;
    try {
      for (let alarm = this.next(end); alarm !== undefined; alarm = this.next(end)) {
        this.alarms.delete(alarm.key);
        // Math.max: an alarm that was set for the past rings now; time never steps back within one advance.
        this.base = Math.max(this.base, alarm.at);
        alarm.ring();
      }
    } finally {
      this.base = base;
      this.ringing = false;
    }
  }

  private next(end: number): Alarm | undefined {
    let first: Alarm | undefined;
    for (const alarm of this.alarms.values()) {
      if (!first || alarm.at < first.at || (alarm.at === first.at && alarm.order < first.order))
        first = alarm;
    }
    this.earliest = first?.at ?? Number.POSITIVE_INFINITY;
    return first && first.at <= end ? first : undefined;
  }
}
