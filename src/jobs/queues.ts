/**
 * The queues, one a destination, so that a slow one holds nothing up but its own. `concurrency` is how many jobs of a
 * queue one process does at a time.
 */
export const queues = {
  slack: { concurrency: 16 },
  stripe: { concurrency: 8 },
  mail: { concurrency: 8 },
  /** What came in and is handled here, and the schedules. */
  events: { concurrency: 16 },
} as const satisfies Record<string, { concurrency: number }>;

export type QueueName = keyof typeof queues;

export const queueNames = Object.keys(queues) as QueueName[];
