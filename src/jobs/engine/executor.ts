import { PermanentFailure } from '../../clients/failures.ts';
import type { Outbox, WaitingRow } from '../../database/outbox.ts';
import type { Context } from '../../domain/context.ts';
import { effects, type Topic } from '../../domain/effects.ts';
import type { Logger } from '../../logger.ts';
import type { Job, JobOfTopic } from '../job.ts';
import { gathered } from './gathered.ts';
import { outlasting, watchOutage } from './outage.ts';
import type { Pace } from './pace.ts';
import { park, TriesExhausted } from './parking.ts';
import { askedToWait, describeFailure, pauseAfter } from './retry.ts';
import type { TakenJob } from './store/store.ts';

const DAY_MS = 86_400_000;
const UNKNOWN_TOPIC_PAUSE_MS = 5000;

export interface Executor {
  /** Does the effect of one job and settles its row. Fails only when the database is away and the engine stops. */
  run(job: TakenJob): Promise<void>;
}

export interface ExecutorParts<C extends Context> {
  context: C;
  registry: Partial<JobOfTopic<C>>;
  outbox: Outbox;
  pace: Pace;
  log: Logger;
  /** Aborted when the engine gives up waiting for what it began. */
  stopped: AbortSignal;
}

export function createExecutor<C extends Context>(parts: ExecutorParts<C>): Executor {
  const { context, registry, outbox, pace, log, stopped } = parts;
  const outage = watchOutage('The database', log);
  const persist = <T>(work: () => Promise<T>) => outlasting(work, outage, stopped);

  const load = gathered(async (ids: string[]) => {
    const rows = new Map((await persist(() => outbox.load(ids))).map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id));
  }, pace.batch);
  const finish = gathered(async (ids: string[]) => {
    await persist(() => outbox.finish(ids, context.now()));
    return ids;
  }, pace.batch);

  const fail = async (
    row: WaitingRow,
    job: Job<Topic, C>,
    attempt: number,
    error: unknown,
    runLog: Logger,
  ) => {
    const now = context.now();
    const waits = askedToWait(error) !== undefined && now.getTime() - row.createdAt.getTime() < DAY_MS;
    const isLast = error instanceof PermanentFailure || (attempt >= pace.tries && !waits);
    if (isLast && (await park(context, row, job, attempt, error, runLog))) return;
    // To be asked to wait is no failed try, but part of the effect may be done.
    const attempts = waits ? Math.max(1, row.attempts) : attempt;
    const pause = pauseAfter(attempt, error, context);
    const availableAt = new Date(now.getTime() + pause);
    await persist(() => outbox.postpone(row.id, attempts, availableAt, describeFailure(error)));
    runLog.warn({ err: error, attempt, availableAt }, 'effect failed; it will be tried again');
  };

  return {
    async run({ outboxId, starts }) {
      const row = await load(outboxId);
      if (row === undefined) return;
      const topic = row.topic as Topic;
      const job = registry[topic] as Job<Topic, C> | undefined;
      if (job === undefined) {
        // A newer release wrote it; its workers know what to do.
        const later = new Date(context.now().getTime() + UNKNOWN_TOPIC_PAUSE_MS);
        return persist(() => outbox.release([row.id], later, false));
      }
      const attempt = row.attempts + starts;
      const runLog = log.child({ topic, outboxId });
      try {
        if (attempt > pace.tries) throw new TriesExhausted();
        await job.run(context, readPayload(topic, row.payload), { outboxId, attempt, log: runLog });
      } catch (error) {
        return fail(row, job, attempt, error, runLog);
      }
      await finish(outboxId);
    },
  };
}

/** @throws PermanentFailure when an operation wrote, or an older release left, what the topic does not take. */
export function readPayload(topic: Topic, payload: unknown): never {
  const result = effects[topic].safeParse(payload);
  if (result.success) return result.data as never;
  const places = result.error.issues.map((issue) => issue.path.join('.') || 'the whole').join(', ');
  throw new PermanentFailure(`The payload does not fit the topic: ${places}.`);
}
