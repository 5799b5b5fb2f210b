import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { PermanentFailure } from '../../src/clients/failures.ts';
import { outboxCounts } from '../../src/jobs/operator.ts';
import { queueBackends } from '../setup/redis.ts';
import { recorder, refresh, useHarness } from './harness.ts';

const [backend] = await queueBackends();
const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the operator', () => {
  const harness = useHarness();

  const outbox = async (...args: string[]) => {
    const { stdout } = await run(process.execPath, ['--import', 'tsx', 'src/cli/outbox.ts', ...args], {
      cwd: root,
      env: { PATH: process.env.PATH, DATABASE_URL: harness.url },
    });
    return stdout.trim();
  };
  const start = async (...outcomes: (() => void)[]) => {
    if (!backend) throw new Error('There is no backend.');
    const { calls, job } = recorder(...outcomes);
    return { calls, jobs: await harness.start({ backend, registry: { 'home.refresh': job } }) };
  };
  const gone = () => {
    throw new PermanentFailure('channel_not_found');
  };

  it('sees what was given up and how much is open, and lets one or all be tried again', async () => {
    const { calls, jobs } = await start(gone, gone, gone);
    await harness.write(refresh('T1'), refresh('T2'), refresh('T3'));
    await jobs.runUntilIdle();
    const [first, second, third] = await harness.rows();
    expect(await outboxCounts(harness.database)).toEqual({ pending: 0, queued: 0, parked: 3 });
    const since = harness.context.now().toISOString();
    expect(await outbox('list')).toBe(
      [
        ...[first, second, third].map(
          (row) => `${row?.id}  home.refresh  1 try  since ${since}\n  PermanentFailure: channel_not_found`,
        ),
        '0 pending, 0 queued, 3 parked',
      ].join('\n'),
    );

    // The command goes by the real clock.
    harness.context.advance({ milliseconds: Date.now() - harness.context.now().getTime() + 60_000 });
    expect(await outbox('retry', `${second?.id}`)).toBe('1 effect will be tried again.');
    await jobs.runUntilIdle();
    expect(calls.slice(3)).toMatchObject([{ outboxId: second?.id, attempt: 2 }]);
    expect(await outbox('retry', '--all')).toBe('2 effects will be tried again.');
    await jobs.runUntilIdle();
    expect(await outbox('list')).toBe('0 pending, 0 queued, 0 parked');
    expect(calls).toHaveLength(6);
  });

  it('takes an open effect out of the way', async () => {
    const { calls, jobs } = await start();
    const later = new Date(harness.context.now().getTime() + 60_000);
    await harness.write({ ...refresh('T1'), availableAt: later });
    const [row] = await harness.rows();
    expect(await outbox('park', `${row?.id}`)).toBe('The effect is parked.');
    harness.context.advance({ days: 1 });
    await jobs.runUntilIdle();
    expect(calls).toHaveLength(0);
    expect((await harness.rows())[0]).toMatchObject({ status: 'parked', error: 'Parked by hand.' });
  });

  it('is told what went wrong, and how it is used', async () => {
    const nobody = '0197f1de-0000-7000-8000-000000000000';
    await expect(outbox('retry', nobody)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`No parked effect has the id ${nobody}.`),
    });
    await expect(outbox('retry')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Usage:'),
    });
    await expect(outbox()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('Usage:') });
  });
});
