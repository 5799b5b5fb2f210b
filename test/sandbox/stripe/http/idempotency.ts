import type { SandboxClock } from '../clock.ts';
import { invalidRequest, Refusal } from '../refusal.ts';
import type { FormParams } from './form.ts';

export interface StoredAnswer {
  status: number;
  body: object;
  requestId: string;
}

interface Entry {
  endpoint: string;
  params: string;
  began: number;
  answer: StoredAnswer | undefined;
}

const lifetime = 86_400;
const longest = 255;

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/**
 * Idempotency keys as docs.stripe.com/api/idempotent_requests has them: the first answer is kept for 24 hours, whether
 * it was a success or a 500, and repeated for the same endpoint and parameters.
 */
export class IdempotencyKeys {
  private readonly entries = new Map<string, Entry>();
  private readonly clock: SandboxClock;

  constructor(clock: SandboxClock) {
    this.clock = clock;
  }

  /** Claims a key. Answers what to replay, or undefined when the call is to run; refuses misuse (400) and overlap (409). */
  begin(key: string, endpoint: string, params: FormParams): StoredAnswer | undefined {
    if (key.length > longest) {
      throw invalidRequest(`Idempotency keys may be at most ${longest} characters; yours has ${key.length}.`);
    }
    const known = this.entries.get(key);
    if (known && this.clock.seconds() < known.began + lifetime)
      return this.repeated(key, known, endpoint, params);
    this.entries.set(key, {
      endpoint,
      params: canonical(params),
      began: this.clock.seconds(),
      answer: undefined,
    });
    return undefined;
  }

  /** Keeps the answer of a call that ran. */
  store(key: string, answer: StoredAnswer): void {
    const entry = this.entries.get(key);
    if (entry) entry.answer = answer;
  }

  /** Lets go of a key whose call did not run. */
  release(key: string): void {
    this.entries.delete(key);
  }

  private repeated(key: string, entry: Entry, endpoint: string, params: FormParams): StoredAnswer {
    const hint = `Try using a key other than '${key}' if you meant to execute a different request.`;
    if (entry.endpoint !== endpoint) {
      throw new Refusal(400, {
        type: 'idempotency_error',
        message:
          'Keys for idempotent requests can only be used for the same endpoint they were first used for ' +
          `('${endpoint}' vs '${entry.endpoint}'). ${hint}`,
      });
    }
    if (entry.params !== canonical(params)) {
      throw new Refusal(400, {
        type: 'idempotency_error',
        message: `Keys for idempotent requests can only be used with the same parameters they were first used with. ${hint}`,
      });
    }
    if (entry.answer) return entry.answer;
    throw new Refusal(409, {
      type: 'idempotency_error',
      code: 'idempotency_key_in_use',
      message:
        'There is currently another in-progress request using this Idempotent Key (that probably means you submitted ' +
        `twice, and the other request is still going through): ${key}.`,
    });
  }
}
