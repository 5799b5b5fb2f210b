import { Hono } from 'hono';

/** Resolves while the part answers, rejects while it does not. */
export type Probe = () => Promise<unknown>;

export interface HealthParts {
  /** What the process cannot do without, by name. */
  probes: Record<string, Probe>;
}

const PROBE_MILLISECONDS = 2_000;

/**
 * `/healthz` answers 200 while the process runs. `/readyz` answers 200 while every probe does, else 503, naming the parts;
 * a probe that hangs counts as away after 2 s.
 */
export function healthRoutes({ probes }: HealthParts): Hono {
  return new Hono()
    .get('/healthz', (context) => context.json({ alive: true }))
    .get('/readyz', async (context) => {
      const parts = await Promise.all(
        Object.entries(probes).map(async ([name, probe]) => [name, await answers(probe)] as const),
      );
      const ready = parts.every(([, answered]) => answered);
      const states = Object.fromEntries(parts.map(([name, answered]) => [name, answered ? 'ready' : 'away']));
      return context.json({ ready, ...states }, ready ? 200 : 503, { 'cache-control': 'no-store' });
    });
}

async function answers(probe: Probe): Promise<boolean> {
  let deadline: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    deadline = setTimeout(() => resolve(false), PROBE_MILLISECONDS);
  });
  const answered = Promise.resolve()
    .then(probe)
    .then(
      () => true,
      () => false,
    );
  return Promise.race([answered, late]).finally(() => clearTimeout(deadline));
}
