import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../logger.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/** What must be there and may be away for a while: its outages are logged once each, not once a try. */
export interface Outage {
  begun(error: unknown): void;
  over(): void;
}

export function watchOutage(name: string, log: Logger): Outage {
  let since: number | undefined;
  return {
    begun(error) {
      if (since !== undefined) return;
      since = Date.now();
      log.warn({ err: error }, `${name} does not answer; trying again until it does`);
    },
    over() {
      if (since === undefined) return;
      log.info({ seconds: Math.round((Date.now() - since) / 1000) }, `${name} answers again`);
      since = undefined;
    },
  };
}

/**
 * Does `work` again, at growing intervals, until the store is back. @throws what `work` throws when the store refuses
 * rather than being away, and when `stopped` is aborted.
 */
export async function outlasting<T>(
  work: () => Promise<T>,
  outage: Outage,
  stopped: AbortSignal,
): Promise<T> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      const result = await work();
      outage.over();
      return result;
    } catch (error) {
      if (stopped.aborted || isRefusal(error)) throw error;
      outage.begun(error);
      await sleep(pause, undefined, { signal: stopped }).catch(() => {});
    }
  }
}

/** PostgreSQL's classes 22 (data), 23 (constraints) and 42 (syntax, rights): the same statement fails again. */
function isRefusal(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^(22|23|42)[0-9A-Z]{3}$/.test(code);
}
