import { RetryableFailure } from '../../clients/failures.ts';
import type { Context } from '../../domain/context.ts';
import { redactText } from '../../logger.ts';

const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 3_600_000;
const LONGEST_ERROR = 500;

/**
 * Milliseconds until the next try after the `attempt`-th failed: 5 s, 15 s, 45 s and on, threefold up to an hour, or
 * what the outside asked for. Up to half of it is added at random, so that what failed together comes back apart.
 */
export function pauseAfter(attempt: number, error: unknown, context: Pick<Context, 'randomBytes'>): number {
  const asked = askedToWait(error);
  const pause = asked ?? Math.min(FIRST_PAUSE_MS * 3 ** (attempt - 1), LONGEST_PAUSE_MS);
  const random = context.randomBytes(2).readUInt16BE() / 0x10000;
  return Math.round(Math.max(1000, pause) * (1 + random / 2));
}

/** Milliseconds that the outside asked us to wait, or undefined where it failed otherwise. */
export function askedToWait(error: unknown): number | undefined {
  if (!(error instanceof RetryableFailure) || error.retryAfter === undefined) return undefined;
  return 1000 * error.retryAfter;
}

/** What an operator is shown of a failure: short, storable, without secrets and addresses. */
export function describeFailure(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  // PostgreSQL takes neither NUL nor half a surrogate pair.
  const storable = text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\uFFFD');
  return Array.from(redactText(storable)).slice(0, LONGEST_ERROR).join('');
}
