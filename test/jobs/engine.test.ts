import { describe, expect, it } from 'vitest';
import { queueBackends } from '../setup/redis.ts';
import { recorder, refresh, useHarness } from './harness.ts';

describe.each(await queueBackends())('effects on $name', (backend) => {
  const harness = useHarness();

  it('are each done once, and their rows done and blanked', async () => {
    const { calls, job } = recorder();
    const jobs = await harness.start({ backend, registry: { 'home.refresh': job } });
    await harness.write(...Array.from({ length: 50 }, (_, index) => refresh(`T${index}`)));
    await jobs.runUntilIdle();
    expect(calls.map((call) => call.teamId).sort()).toEqual(
      Array.from({ length: 50 }, (_, index) => `T${index}`).sort(),
    );
    const rows = await harness.rows();
    expect(rows.map((row) => row.status)).toEqual(Array(50).fill('done'));
    expect(rows.every((row) => JSON.stringify(row.payload) === '{}')).toBe(true);
    expect(calls.every((call) => call.attempt === 1)).toBe(true);
  });
});
