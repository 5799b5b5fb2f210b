import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { SandboxClock } from '../clock.ts';
import { newId } from '../identifiers.ts';
import type { EventRecord } from '../records/event.ts';
import { signatureHeader } from './signature.ts';

export interface DeliveryAttempt {
  id: string;
  event: string;
  type: string;
  attempt: number;
  /** The receiver's status, or null when it could not be reached in time. */
  status: number | null;
}

export interface ReleaseOptions {
  /** Deliver the held events in a random order. */
  shuffle?: boolean;
  /** Deliver each this many times. */
  copies?: number;
  /** How many deliveries run at once; one after the other when absent. */
  parallel?: number;
  /** Where the random order comes from, to have it again; the machine's chance when absent. */
  random?: () => number;
}

function shuffled<T>(list: T[], random = Math.random): T[] {
  return list
    .map((entry) => ({ entry, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ entry }) => entry);
}

/** Sends events to the webhook endpoint: signed, in the background, again when they are not taken. */
export class Webhooks {
  /** Where events go; none are sent while it is undefined, and those are not made up for later. */
  url: string | undefined;
  readonly secret: string;
  /** Where events of connected accounts go, signed with a secret of their own; nowhere while it is undefined. */
  connectUrl: string | undefined;
  readonly connectSecret: string;
  /** Waits between attempts, in milliseconds of the machine; as many retries as there are entries. */
  retryDelaysMs = [50, 100, 200, 400, 800];
  /** How long the receiver may take, in milliseconds. */
  timeoutMs = 10_000;
  /** Copies of each event that are sent. */
  copies = 1;
  /** Which clock signatures bear: the machine's, as receivers check it, or the sandbox's. */
  signingClock: 'machine' | 'sandbox' = 'machine';
  readonly attempts: DeliveryAttempt[] = [];

  private readonly clock: SandboxClock;
  private readonly find: (id: string) => EventRecord | undefined;
  private readonly underway = new Set<Promise<void>>();
  private readonly closing = new AbortController();
  private held: EventRecord[] | undefined;
  private dropping: ((event: EventRecord) => boolean) | undefined;

  constructor(parts: {
    clock: SandboxClock;
    secret: string;
    connectSecret: string;
    url: string | undefined;
    find: (id: string) => EventRecord | undefined;
  }) {
    this.clock = parts.clock;
    this.secret = parts.secret;
    this.connectSecret = parts.connectSecret;
    this.url = parts.url;
    this.find = parts.find;
    // Any number of deliveries may wait for their next attempt.
    setMaxListeners(0, this.closing.signal);
  }

  /** Takes a new event from the account. */
  accept(event: EventRecord): void {
    if (this.dropping?.(event)) return;
    if (this.held) this.held.push(event);
    else this.send(event, this.copies);
  }

  /** Keeps back every new event until `release`. */
  hold(): void {
    this.held ??= [];
  }

  /** Delivers what was held, as disorderly as asked, and stops holding. */
  release(options: ReleaseOptions = {}): void {
    const { copies = 1, parallel = 1, random } = options;
    const held = (this.held ?? []).flatMap((event) => Array<EventRecord>(copies).fill(event));
    this.held = undefined;
    const queue = options.shuffle ? shuffled(held, random) : held;
    const lane = async () => {
      for (let event = queue.shift(); event; event = queue.shift()) await this.attempt(event);
    };
    for (let index = 0; index < parallel; index += 1) this.track(lane());
  }

  /** Loses new events for which `which` says so (all of them when absent); they stay in the events list. */
  drop(which: (event: EventRecord) => boolean = () => true): void {
    this.dropping = which;
  }

  /** Ends `drop`. */
  resume(): void {
    this.dropping = undefined;
  }

  /** Sends an event again, as the dashboard's button does; resolves when it was taken or given up. */
  async deliver(eventId: string): Promise<void> {
    const event = this.find(eventId);
    if (!event) throw new Error(`There is no event ${eventId} in the sandbox.`);
    await this.track(this.attempt(event));
  }

  /** Resolves when nothing is being sent or waits for another attempt. Held events do not count. */
  async settled(): Promise<void> {
    while (this.underway.size > 0) await Promise.all(this.underway);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.settled();
  }

  private send(event: EventRecord, copies: number): void {
    for (let copy = 0; copy < copies; copy += 1) this.track(this.attempt(event));
  }

  private track(work: Promise<void>): Promise<void> {
    this.underway.add(work);
    return work.finally(() => this.underway.delete(work));
  }

  private async attempt(event: EventRecord): Promise<void> {
    if (this.addressOf(event) === undefined) return;
    event.pending_webhooks = 1;
    for (let attempt = 0; attempt <= this.retryDelaysMs.length; attempt += 1) {
      const delay = this.retryDelaysMs[attempt - 1];
      const signal = this.closing.signal;
      if (delay !== undefined) await setTimeout(delay, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const status = await this.post(event);
      this.attempts.push({ id: newId('we'), event: event.id, type: event.type, attempt, status });
      if (status !== null && status >= 200 && status < 300) {
        event.pending_webhooks = 0;
        return;
      }
    }
  }

  private addressOf(event: EventRecord): string | undefined {
    return event.account === undefined ? this.url : this.connectUrl;
  }

  private async post(event: EventRecord): Promise<number | null> {
    const payload = JSON.stringify(event, null, 2);
    const seconds = this.signingClock === 'machine' ? Math.floor(Date.now() / 1000) : this.clock.seconds();
    try {
      const response = await fetch(this.addressOf(event) ?? '', {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'Content-Type': 'application/json; charset=utf-8',
          'Stripe-Signature': signatureHeader(
            payload,
            event.account === undefined ? this.secret : this.connectSecret,
            seconds,
          ),
          'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        },
        body: payload,
        signal: AbortSignal.any([this.closing.signal, AbortSignal.timeout(this.timeoutMs)]),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return null;
    }
  }
}
