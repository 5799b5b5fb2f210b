import { PermanentFailure } from '../../clients/failures.ts';
import { Prisma } from '../../database/client.ts';
import type { WaitingRow } from '../../database/outbox.ts';
import type { Context } from '../../domain/context.ts';
import { effects, type Topic } from '../../domain/effects.ts';
import type { Logger } from '../../logger.ts';
import type { Job } from '../job.ts';
import { describeFailure } from './retry.ts';

/** All tries were used, by crashes or because parking failed, so that the effect was not begun again. */
export class TriesExhausted extends PermanentFailure {
  override name = 'TriesExhausted';

  constructor() {
    super('It was begun as often as it may be, and never ended.');
  }
}

/**
 * Gives an effect up: the row is parked, and the job says so in the business, both or neither. Gives false when that
 * cannot be written now, so that it is tried again.
 */
export async function park<C extends Context>(
  context: C,
  row: WaitingRow,
  job: Job<Topic, C>,
  attempt: number,
  error: unknown,
  log: Logger,
): Promise<boolean> {
  const text = describeFailure(error);
  const lastWords =
    error instanceof TriesExhausted ? Prisma.sql`coalesce(error, ${text})` : Prisma.sql`${text}`;
  const payload = effects[row.topic as Topic].safeParse(row.payload);
  try {
    const parked = await context.database.$transaction(async (transaction) => {
      const count = await transaction.$executeRaw`
        UPDATE outbox SET status = 'parked', attempts = ${attempt}, available_at = ${context.now()},
               error = ${lastWords}
         WHERE id = ${row.id}::uuid AND status IN ('pending', 'queued')`;
      if (count === 1 && payload.success) await job.onParked?.(transaction, context, payload.data as never);
      return count === 1;
    });
    if (parked)
      log.error({ err: error, attempt }, 'effect given up and parked; see `npm run outbox -- list`');
    return true;
  } catch (failure) {
    log.error({ err: failure, attempt }, 'effect could not be parked; it will be tried again');
    return false;
  }
}
