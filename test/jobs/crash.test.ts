import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { queueBackends } from '../setup/redis.ts';
import { recorder, refresh, useHarness } from './harness.ts';
import { until } from './until.ts';

const worker = fileURLToPath(new URL('./crashing-worker.ts', import.meta.url));

describe.each(await queueBackends())('a killed worker on $name', (backend) => {
  const harness = useHarness();
  const children: ChildProcess[] = [];

  const spawnWorker = (behaviour: 'hang' | 'work') => {
    const child = fork(worker, [harness.url, backend.redisUrl ?? '', behaviour], {
      execArgv: ['--import', 'tsx'],
    });
    children.push(child);
    return child;
  };
  /** Starts a worker, and kills it in the middle of an effect. */
  const beginAndDie = async () => {
    const child = spawnWorker('hang');
    const [message] = await once(child, 'message');
    child.kill('SIGKILL');
    await once(child, 'exit');
    return message as { begun: string; attempt: number };
  };

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  it('is replaced, twice in a row, and the effect is done by the third, who knows', async () => {
    await harness.write(refresh('T1'));
    expect(await beginAndDie()).toEqual({ begun: 'T1', attempt: 1 });
    expect(await beginAndDie()).toEqual({ begun: 'T1', attempt: 2 });
    const [message] = await once(spawnWorker('work'), 'message');
    expect(message).toEqual({ begun: 'T1', attempt: 3 });
    await until(async () => (await harness.rows())[0]?.status === 'done');
  });

  it('does not take the effect with it when the queue gave the job up or lost it', async () => {
    await harness.write(refresh('T1'));
    await beginAndDie();
    await beginAndDie();
    await backend.empty(harness.url);

    const { calls, job } = recorder();
    const jobs = await harness.start({ backend, registry: { 'home.refresh': job } });
    harness.context.advance({ seconds: 60 });
    await jobs.sweep();
    await jobs.runUntilIdle();
    expect((await harness.rows())[0]?.status).toBe('done');
    expect(calls.map((call) => call.attempt)).toEqual([2]);
  });

  it('that dies of every try at an effect does not try for ever', async () => {
    const { calls, job } = recorder();
    await harness.write(refresh('T1'));
    // The tries that seven crashes leave behind, and the job that an eighth crash handed back.
    await harness.database.outboxRow.updateMany({ data: { attempts: 8 } });
    const jobs = await harness.start({ backend, registry: { 'home.refresh': job } });
    await jobs.runUntilIdle();
    expect(calls).toHaveLength(0);
    expect((await harness.rows())[0]).toMatchObject({
      status: 'parked',
      error: 'TriesExhausted: It was begun as often as it may be, and never ended.',
    });
  });
});
