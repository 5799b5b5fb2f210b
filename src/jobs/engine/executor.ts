import { PermanentFailure } from '../../clients/failures.ts';
import type { Outbox, WaitingRow } from '../../database/outbox.ts';
import type { Context } from '../../domain/context.ts';
import { effects, type Topic } from '../../domain/effects.ts';
import type { Logger } from '../../logger.ts';
import type { Job, JobOfTopic, JobRun } from '../job.ts';
import { gathered } from './gathered.ts';
import type { HandedOver } from './handed-over.ts';
import type { InHand } from './in-hand.ts';
import { createMarker } from './marker.ts';
import { outlasting, watchOutage } from './outage.ts';
import type { Pace } from './pace.ts';
import { park, TriesExhausted } from './parking.ts';
import { askedToWait, describeFailure, pauseAfter } from './retry.ts';
import type { TakenJob } from './store/store.ts';

const DAY_MS = 86_400_000;
const UNKNOWN_TOPIC_PAUSE_MS = 5000;
/** Effects that are done and not yet marked, at most. */
const UNMARKED = 2000;

export interface Executor {
  /** Does the effect of one job. Fails only when the database is away and the engine stops. */
  run(job: TakenJob): Promise<void>;
  /** Resolves when the rows of all effects that were done are marked. */
  settled(): Promise<void>;
}

export interface ExecutorParts<C extends Context> {
  context: C;
  registry: Partial<JobOfTopic<C>>;
  outbox: Outbox;
  inHand: Pick<InHand, 'take' | 'settle'>;
  handedOver: Pick<HandedOver, 'take'>;
  pace: Pace;
  log: Logger;
  /** Aborted when the engine gives up waiting for what it began. */
  stopped: AbortSignal;
}

export function createExecutor<C extends Context>(parts: ExecutorParts<C>): Executor {
  const { context, registry, outbox, inHand, handedOver, pace, log, stopped } = parts;
  const outage = watchOutage('The database', log);
  const persist = <T>(work: () => Promise<T>) => outlasting(work, outage, stopped);

  const load = gathered(async (ids: string[]) => {
    const rows = new Map((await persist(() => outbox.load(ids))).map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id));
  }, pace.batch);
  const marker = createMarker({
    write: (ids) => persist(() => outbox.finish(ids, context.now())),
    settled: (ids) => ids.forEach(inHand.settle),
    onError: (error) =>
      log.error({ err: error }, 'effects were done and could not be marked; they will run again'),
    batch: pace.batch,
    room: UNMARKED,
  });

  const fail = async (
    row: WaitingRow,
    job: Job<Topic, C>,
    error: unknown,
    { attempt, log: runLog }: JobRun,
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

  /** Says whether the effect is done; where it is not, its row is settled, or nothing is to be done. */
  const attemptOnce = async ({ outboxId, addedAt, starts }: TakenJob): Promise<boolean> => {
    const row = (starts === 1 && handedOver.take(outboxId, addedAt)) || (await load(outboxId));
    if (row === undefined) return false;
    const topic = row.topic as Topic;
    const job = registry[topic] as Job<Topic, C> | undefined;
    if (job === undefined) {
      // A newer release wrote it; its workers know what to do.
      const later = new Date(context.now().getTime() + UNKNOWN_TOPIC_PAUSE_MS);
      await persist(() => outbox.release([row.id], later, false));
      return false;
    }
    const attempt = row.attempts + starts;
    let runLog: Logger | undefined;
    const run: JobRun = {
      outboxId,
      attempt,
      // Most jobs say nothing, and a logger of one's own is not for nothing.
      get log() {
        runLog ??= log.child({ topic, outboxId });
        return runLog;
      },
    };
    try {
      if (attempt > pace.tries) throw new TriesExhausted();
      await job.run(context, readPayload(topic, row.payload), run);
      return true;
    } catch (error) {
      await fail(row, job, error, run);
      return false;
    }
  };

  return {
    async run(job) {
      inHand.take(job.outboxId);
      let isDone = false;
      try {
        isDone = await attemptOnce(job);
      } finally {
        if (!isDone) inHand.settle(job.outboxId);
      }
      if (isDone) await marker.mark(job.outboxId);
    },
    settled: marker.written,
  };
}

/** @throws PermanentFailure when an operation wrote, or an older release left, what the topic does not take. */
export function readPayload(topic: Topic, payload: unknown): never {
  const result = effects[topic].safeParse(payload);
  if (result.success) return result.data as never;
  const places = result.error.issues.map((issue) => issue.path.join('.') || 'the whole').join(', ');
  throw new PermanentFailure(`The payload does not fit the topic: ${places}.`);
}
