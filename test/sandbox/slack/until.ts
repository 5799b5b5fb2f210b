import type { SandboxState } from './state.ts';

/** What `until` gives: whatever was found, without the answers that mean "not yet". */
export type Found<T> = Exclude<Awaited<T>, false | null | undefined>;

/**
 * Looks again after everything that happens in the sandbox, and every quarter of a second for what happens elsewhere.
 * Rejects after `timeoutMs`, naming what was waited for.
 */
export async function until<T>(
  state: SandboxState,
  what: string,
  look: () => T,
  timeoutMs: number,
): Promise<Found<T>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const next = nextChange(state, Math.min(deadline - Date.now(), 250));
    const found = await look();
    if (found) return found as Found<T>;
    if (Date.now() >= deadline) throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    await next;
  }
}

function nextChange(state: SandboxState, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(done, Math.max(withinMs, 0));
    const stop = state.onChange(done);
  });
}
