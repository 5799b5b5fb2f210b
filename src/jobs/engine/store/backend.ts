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
