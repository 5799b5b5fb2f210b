import type { BackendFactory, ConnectionOptions, IQueueBackend } from 'bullmq';

/** Where BullMQ keeps its jobs. */
export interface Backend {
  /** How the logs and the operator call it: `Redis` or `PostgreSQL`. */
  name: string;
  /** Begins every key, so that installations can share a Redis; PostgreSQL's jobs live in a schema instead. */
  prefix: string;
  factory: BackendFactory<IQueueBackend, ConnectionOptions>;
  /** Fails at once while the store is away. */
  producer: ConnectionOptions;
  /** Waits until the store is back. */
  consumer: ConnectionOptions;
  /** Those of `ids` whose job the queue does not hold, in whatever state. @throws when the store is away. */
  missing(queue: string, ids: readonly string[]): Promise<string[]>;
  /** @throws when the store is away. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** The store did not answer when the process started; `message` is for the operator. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable';
}

/** `postgres://user:password@host:5432/name` as `host:5432/name`: what may be said aloud. */
export function addressOf(url: string): string {
  const { host, pathname } = new URL(url);
  return host + pathname.replace(/\/$/, '');
}

/** What a failed connection said: Node gives several tries as an AggregateError without words of its own. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
