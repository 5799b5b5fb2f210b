import { type IQueueBackend, type Job, Queue, Worker } from 'bullmq';
import type { QueuedRow } from '../../../database/outbox.ts';
import type { Logger } from '../../../logger.ts';
import { type QueueName, queueNames, queues } from '../../queues.ts';
import type { Pace } from '../pace.ts';
import { settledWithin } from '../settled-within.ts';
import type { Backend } from './backend.ts';

/** A store that is away never finishes closing. */
const CLOSE_MS = 1000;

/** All that travels through a queue: the effect itself stays in its row. */
export interface JobData {
  outboxId: string;
}

type JobQueue = Queue<JobData, void, string, JobData, void, string, IQueueBackend>;
type JobWorker = Worker<JobData, void, string, IQueueBackend>;

/** One job that a worker took. */
export interface TakenJob {
  outboxId: string;
  /** As it was given to add(). */
  addedAt: number;
  /** How often a worker has taken it, this time included: above 1 after a crash. */
  starts: number;
}

/** The queues of a process, on either backend. */
export interface QueueStore {
  name: string;
  /**
   * Adds a job for each row in one step. A row whose job is there already gets no second one. `addedAt`: milliseconds of
   * the system's clock, by which a job is told from an earlier one of the same row.
   */
  add(queue: QueueName, rows: readonly QueuedRow[], addedAt: number): Promise<void>;
  missing: Backend['missing'];
  check: Backend['check'];
  /**
   * Takes jobs of every queue. `process` must not fail for the effect's sake. `onLetGo` follows when the queue has let
   * go of a job, so that it can be added again.
   */
  work(process: (job: TakenJob) => Promise<void>, onLetGo: (outboxId: string) => void): Promise<void>;
  /** Takes no more jobs from now on, and resolves when those that were begun are finished. */
  stopWork(): Promise<void>;
  close(): Promise<void>;
}

export function openQueueStore(backend: Backend, pace: Pace, log: Logger): QueueStore {
  const producers = new Map(
    queueNames.map((name) => {
      const queue: JobQueue = new Queue(
        name,
        {
          connection: backend.producer,
          prefix: backend.prefix,
          // A job that is over must be gone: BullMQ adds no second one of the same id while it keeps the first.
          defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
          // Nobody reads the streams of events.
          streams: { events: { maxLen: 100 } },
        },
        backend.factory,
      );
      queue.on('error', (error) => log.debug({ err: error, queue: name }, 'queue error'));
      return [name, queue] as const;
    }),
  );
  let workers: JobWorker[] = [];

  return {
    name: backend.name,
    missing: backend.missing,
    check: backend.check,
    async add(name, rows, addedAt) {
      const jobs = rows.map(({ id, topic }) => ({
        name: topic,
        data: { outboxId: id },
        opts: { jobId: id, timestamp: addedAt },
      }));
      await producers.get(name)?.addBulk(jobs);
    },
    async work(process, onLetGo) {
      await Promise.all([...producers.values()].map((queue) => queue.waitUntilReady()));
      const take = (job: Job<JobData>) =>
        process({
          outboxId: job.data.outboxId,
          addedAt: job.timestamp,
          starts: Math.max(1, job.attemptsStarted),
        });
      workers = queueNames.map((name) => {
        const worker: JobWorker = new Worker(
          name,
          take,
          {
            connection: backend.consumer,
            prefix: backend.prefix,
            concurrency: pace.concurrency ?? queues[name].concurrency,
            lockDuration: pace.lockMs,
            stalledInterval: pace.stalledMs,
            // BullMQ would give a job up at its second crash. Here the tries are counted, crashes included.
            maxStalledCount: 1_000_000,
            runRetryDelay: 1000,
          },
          backend.factory,
        );
        worker.on('error', (error) => log.debug({ err: error, queue: name }, 'worker error'));
        worker.on('completed', (job) => onLetGo(job.data.outboxId));
        worker.on('failed', (job) => job && onLetGo(job.data.outboxId));
        return worker;
      });
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
    },
    async stopWork() {
      await Promise.all(workers.map((worker) => worker.close()));
    },
    async close() {
      // A worker that still waits for its job holds a connection.
      await settledWithin(Promise.all(workers.map((worker) => worker.disconnect())), CLOSE_MS);
      await settledWithin(Promise.all([...producers.values()].map((queue) => queue.close())), CLOSE_MS);
      await settledWithin(backend.close(), CLOSE_MS);
    },
  };
}
