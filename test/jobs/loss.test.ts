import { describe, expect, it } from 'vitest';
import { openOutbox } from '../../src/database/outbox.ts';
import { queueBackends } from '../setup/redis.ts';
import { recorder, refresh, useHarness } from './harness.ts';
import { gate, until } from './until.ts';

describe.each(await queueBackends())('what is lost on $name', (backend) => {
  const harness = useHarness();
  const statuses = async () => (await harness.rows()).map((row) => row.status);

  it('between claim and queue is brought back, and known to have been begun', async () => {
    await harness.write(refresh('T1'), refresh('T2'));
    // What a relay does before it dies.
    const outbox = openOutbox(harness.url);
    const now = harness.context.now();
    const until = new Date(now.getTime() + 60_000);
    expect(await outbox.claim({ now, until, topics: ['home.refresh'], except: [], limit: 10 })).toHaveLength(
      2,
    );
    await outbox.close();

    const { calls, job } = recorder();
    const jobs = await harness.start({ backend, registry: { 'home.refresh': job } });
    await jobs.sweep();
    expect(await statuses()).toEqual(['queued', 'queued']);

    harness.context.advance({ seconds: 60 });
    await jobs.sweep();
    await jobs.runUntilIdle();
    expect(await statuses()).toEqual(['done', 'done']);
    expect(calls.map((call) => call.attempt)).toEqual([2, 2]);
  });

  it('with all of the queue is brought back', async () => {
    const { opened, open } = gate();
    const { calls, job } = recorder(() => opened);
    const jobs = await harness.start({
      backend,
      registry: { 'home.refresh': job },
      pace: { concurrency: 1 },
    });
    await harness.write(...Array.from({ length: 100 }, (_, index) => refresh(`T${index}`)));
    await until(async () => calls.length === 1 && (await statuses()).every((status) => status === 'queued'));
    await backend.empty(harness.url);
    open();
    await until(async () => (await statuses()).includes('done'));

    harness.context.advance({ seconds: 60 });
    await jobs.sweep();
    await jobs.runUntilIdle();
    expect(await statuses()).toEqual(Array(100).fill('done'));
    expect(calls).toHaveLength(100);
  });

  it('is not what only waits long in the queue', async () => {
    const { opened, open } = gate();
    const { calls, job } = recorder(() => opened);
    const jobs = await harness.start({
      backend,
      registry: { 'home.refresh': job },
      pace: { concurrency: 1 },
    });
    await harness.write(refresh('T1'), refresh('T2'), refresh('T3'));
    await until(async () => calls.length === 1 && (await statuses()).every((status) => status === 'queued'));
    harness.context.advance({ days: 1 });
    await jobs.sweep();
    expect(await statuses()).toEqual(['queued', 'queued', 'queued']);
    open();
    await jobs.runUntilIdle();
    expect(calls.map((call) => call.attempt)).toEqual([1, 1, 1]);
  });

  it('is not what a worker of this process has in hand while its queue is lost', async () => {
    const { opened, open } = gate();
    const { calls, job } = recorder(() => opened);
    const jobs = await harness.start({ backend, registry: { 'home.refresh': job } });
    await harness.write(refresh('T1'));
    await until(() => calls.length === 1);
    await backend.empty(harness.url);
    harness.context.advance({ seconds: 60 });
    await jobs.sweep();
    expect(await statuses()).toEqual(['queued']);
    open();
    await until(async () => (await statuses())[0] === 'done');
    expect(calls).toHaveLength(1);
  });

  it('is brought back without anybody asking', async () => {
    const { calls, job } = recorder();
    await harness.write(refresh('T1'));
    const outbox = openOutbox(harness.url);
    const now = harness.context.now();
    await outbox.claim({ now, until: now, topics: ['home.refresh'], except: [], limit: 10 });
    await outbox.close();
    await harness.start({ backend, registry: { 'home.refresh': job }, pace: { sweepMs: 20, calmMs: 0 } });
    await until(() => calls.length === 1);
  });
});
