import type { Transaction } from '../database/client.ts';
import type { Payload, Topic } from '../domain/effects.ts';
import type { Logger } from '../logger.ts';
import type { JobContext } from './context.ts';
import type { QueueName } from './queues.ts';

/** One try at an effect. */
export interface JobRun {
  /** The same for every try at the same effect: what idempotency keys are made of. */
  outboxId: string;
  /** 1 for the first try. Above 1, an earlier try may have done the whole or a part of it. */
  attempt: number;
  /** Names topic and outbox id on every line. */
  log: Logger;
}

/** How the effects of a topic are done. `C` is what it needs of the context; by default all of it. */
export interface Job<T extends Topic, C = JobContext> {
  queue: QueueName;
  /**
   * Does the effect. May run twice at any moment, also at once in two processes, and after a crash at any line: it claims
   * its row with a guarded update, or names `outboxId` to the outside. Returning means done. To fail, throw
   * RetryableFailure or PermanentFailure (src/clients/failures.ts); any other error counts as retryable.
   */
  run: (context: C, payload: Payload<T>, run: JobRun) => Promise<void>;
  /**
   * Says so in the business when the effect is given up, in the transaction that parks the row: once, and only if it is
   * parked. An operator may still retry it later.
   */
  onParked?: (transaction: Transaction, context: C, payload: Payload<T>) => Promise<void>;
}

export type JobOfTopic<C = JobContext> = { [T in Topic]: Job<T, C> };

/** Every topic with its job: a topic without one is a type error. The engine itself does `schedule`. */
export type Registry<C = JobContext> = Omit<JobOfTopic<C>, 'schedule'>;

/** `export const mailInvitation = defineJob('invitation.mail', { queue: 'mail', async run(context, { invitationId }) {…} })` */
export function defineJob<T extends Topic, C = JobContext>(_topic: T, job: Job<T, C>): Job<T, C> {
  return job;
}
