import Stripe from 'stripe';
import { PermanentFailure, RetryableFailure } from '../failures.ts';

/** Seconds to wait after a 429 that does not say how long. */
const BUSY_SECONDS = 30;

/** Stripe is too busy for us, or for this one subscription; it did nothing. */
export class StripeBusy extends RetryableFailure {
  override name = 'StripeBusy';
}

/**
 * Stripe keeps a failure under our idempotency key and will answer with it for ever
 * (docs.stripe.com/api/idempotent_requests): only another key gets another answer. What was asked may have been done.
 */
export class StripeStoredFailure extends RetryableFailure {
  override name = 'StripeStoredFailure';
}

/** Stripe lets our secret key do nothing, or not this: no fault of what was asked for. */
export class StripeKeyRefused extends PermanentFailure {
  override name = 'StripeKeyRefused';
}

/** Stripe will not do what was asked. */
export class StripeRefusal extends PermanentFailure {
  override name = 'StripeRefusal';
  /** Stripe's error code, like `resource_missing` (docs.stripe.com/error-codes). */
  readonly code: string | undefined;
  /** The parameter that it is about. */
  readonly param: string | undefined;
  /** What Stripe says to the payer; null where it speaks to us. */
  readonly forPayer: string | null;

  constructor(error: Stripe.errors.StripeError, forPayer: string | null) {
    super(describe(error), { cause: error });
    this.code = error.code;
    this.param = error.param;
    this.forPayer = forPayer;
  }
}

/** Asks Stripe; whatever goes wrong comes out as a RetryableFailure or a PermanentFailure. */
export async function asking<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    throw error instanceof Stripe.errors.StripeError ? failureOf(error) : error;
  }
}

function failureOf(error: Stripe.errors.StripeError): RetryableFailure | PermanentFailure {
  const { errors } = Stripe;
  if (error instanceof errors.StripeRateLimitError) {
    const seconds = Number(error.headers?.['retry-after']);
    return new StripeBusy(describe(error), {
      retryAfter: seconds > 0 ? seconds : BUSY_SECONDS,
      cause: error,
    });
  }
  if (error instanceof errors.StripeConnectionError) {
    return new RetryableFailure('Stripe did not answer.', { cause: error });
  }
  if (error instanceof errors.StripeAuthenticationError) {
    // Stripe's own sentence repeats a part of the key.
    return new StripeKeyRefused('Stripe does not accept our secret key.');
  }
  if (error instanceof errors.StripePermissionError) {
    return new StripeKeyRefused('Stripe does not let our secret key do this.');
  }
  // 409: a call with the same key is under way.
  if (error.statusCode === 409) return new RetryableFailure(describe(error), { retryAfter: 1, cause: error });
  if (error instanceof errors.StripeIdempotencyError || (error.statusCode ?? 0) >= 500) {
    return new StripeStoredFailure(describe(error), { cause: error });
  }
  return new StripeRefusal(error, sentenceForPayer(error));
}

function sentenceForPayer(error: Stripe.errors.StripeError): string | null {
  if (error instanceof Stripe.errors.StripeCardError) return error.message;
  const lacksCard = error.code === 'resource_missing' && error.message.includes('no attached payment source');
  return lacksCard ? 'There is no card on file at Stripe.' : null;
}

function describe(error: Stripe.errors.StripeError): string {
  const parts = [error.rawType ?? error.type, error.code, error.param, error.requestId];
  return `Stripe: ${error.message} (${parts.filter(Boolean).join(', ')})`;
}
