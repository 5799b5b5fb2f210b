import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../jobs/until.ts';
import { type Doubles, startDoubles } from '../sandbox/doubles.ts';
import { createTestDatabase } from '../setup/database.ts';
import { startProcess } from '../setup/process.ts';

let doubles: Doubles;
beforeAll(async () => {
  doubles = await startDoubles();
});
afterAll(() => doubles.stop());

async function environment(more: Record<string, string>) {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  return { ...doubles.environment, DATABASE_URL: url, PORT: '0', ...more };
}

describe('a process of the product', { timeout: 120_000 }, () => {
  it('is measured on a port of its own, and no longer when it has stopped', async () => {
    const running = await startProcess(await environment({ METRICS_PORT: '0' }));
    await running.ready;
    const [{ metricsPort } = {}] = running.logged().filter((line) => line.metricsPort !== undefined);
    const address = `http://127.0.0.1:${metricsPort}/metrics`;
    const response = await fetch(address);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('orgdesk_outbox_rows{status="parked"} 0');
    running.kill('SIGTERM');
    expect(await running.ended).toBe(0);
    await until(() =>
      fetch(address).then(
        () => false,
        () => true,
      ),
    );
  });

  it('does not start where the port of the metrics is taken, and says which variable to set', async () => {
    const taken = createServer().listen(0);
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const address = taken.address();
    const port = String(typeof address === 'object' && address?.port);
    const started = await startProcess(await environment({ METRICS_PORT: port }));
    expect(await started.ended).toBe(1);
    expect(started.output().trim().split('\n').at(-1)).toBe(
      `The port ${port} cannot be had: another process listens on it. Set METRICS_PORT to another.`,
    );
  });
});
