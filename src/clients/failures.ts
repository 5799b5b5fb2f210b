/** The outside did not do it now, and may do it later: the job runs again. */
export class RetryableFailure extends Error {
  override name = 'RetryableFailure';
  /** Seconds that the outside asked us to wait. Such an answer is no failed attempt of ours. */
  readonly retryAfter: number | undefined;

  constructor(message: string, { retryAfter, cause }: { retryAfter?: number; cause?: unknown } = {}) {
    super(message, { cause });
    this.retryAfter = retryAfter;
  }
}

/** The outside will never do it as it was asked: the effect is parked for an operator. */
export class PermanentFailure extends Error {
  override name = 'PermanentFailure';

  constructor(message: string, { cause }: { cause?: unknown } = {}) {
    super(message, { cause });
  }
}
