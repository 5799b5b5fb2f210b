import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../../src/database/client.ts';
import { type CuttableProxy, startProxy } from '../setup/proxy.ts';
import { queueBackends } from '../setup/redis.ts';
import { recorder, refresh, sessionAtRest, useHarness } from './harness.ts';
import { gate, until } from './until.ts';

const backends = await queueBackends();

describe.each(backends)('an outage of PostgreSQL, with queues on $name', (backend) => {
  const harness = useHarness();
  let proxy: CuttableProxy;
  let database: Database;

  beforeEach(async () => {
    proxy = await startProxy(harness.url);
    database = createDatabase(proxy.url);
    harness.context.database = database;
  });
  afterEach(async () => {
    await database.$disconnect();
    await proxy.close();
  });

  it('neither loses nor doubles what was begun in it, and what was written before is done after it', async () => {
    const { opened, open } = gate();
    const { calls, job } = recorder(() => opened);
    const jobs = await harness.start({
      backend,
      registry: { 'home.refresh': job },
      connectionString: proxy.url,
      pace: { sweepMs: 100, calmMs: 500 },
    });
    await harness.write(refresh('T1'));
    await until(() => calls.length === 1);
    await proxy.down();
    open();
    await harness.write(refresh('T2'), refresh('T3'));
    await until(() => harness.logged.length > 0);
    await proxy.up();
    // The connection may have broken between a claim and its answer: those rows are the sweep's.
    harness.context.advance({ seconds: 60 });
    await until(async () => (await harness.rows()).every((row) => row.status === 'done'));
    await jobs.runUntilIdle();
    expect(calls.map((call) => call.teamId).sort()).toEqual(['T1', 'T2', 'T3']);
    expect(await jobs.check()).toBeUndefined();
    await jobs.stop();
  });

  it('is heard the end of: notifications come again', async () => {
    const { calls, job } = recorder();
    const jobs = await harness.start({
      backend,
      registry: { 'home.refresh': job },
      connectionString: proxy.url,
      pace: { pollMs: 3_600_000 },
    });
    for (const teamId of ['T1', 'T2', 'T3']) {
      const before = await sessionAtRest(harness.database);
      await proxy.down();
      await proxy.up();
      await until(async () => ![before, undefined].includes(await sessionAtRest(harness.database)));
      await harness.write(refresh(teamId));
      await until(() => calls.some((call) => call.teamId === teamId));
    }
    await jobs.stop();
  });
});

describe.each(backends.filter(({ name }) => name === 'Redis'))('an outage of $name', (backend) => {
  const harness = useHarness();
  let proxy: CuttableProxy;

  beforeEach(async () => {
    proxy = await startProxy(backend.redisUrl ?? '');
  });
  afterEach(() => proxy.close());

  it('is logged once, delays effects, and neither loses nor doubles one', async () => {
    const { opened, open } = gate();
    const { calls, job } = recorder(() => opened);
    const jobs = await harness.start({
      backend: { ...backend, redisUrl: proxy.url },
      registry: { 'home.refresh': job },
    });
    await harness.write(refresh('T1'));
    await until(() => calls.length === 1);
    await proxy.down();
    await expect(jobs.check()).rejects.toThrow();
    open();
    await harness.write(...Array.from({ length: 20 }, (_, index) => refresh(`T${index + 2}`)));
    await until(() => harness.logged.length > 0);
    await until(async () => (await harness.rows())[0]?.status === 'done');
    expect((await harness.rows()).filter((row) => row.status === 'pending')).toHaveLength(20);

    await proxy.up();
    harness.context.advance({ seconds: 2 });
    await jobs.runUntilIdle();
    expect(calls).toHaveLength(21);
    expect((await harness.rows()).every((row) => row.status === 'done')).toBe(true);
    expect(harness.logged.map((line) => line.msg)).toEqual([
      'The queue in Redis does not answer; trying again until it does',
    ]);
    await jobs.stop();
  });

  it('does not hold a stop up', async () => {
    const jobs = await harness.start({
      backend: { ...backend, redisUrl: proxy.url },
      pace: { stopMs: 200 },
    });
    await proxy.down();
    await jobs.stop();
  });
});
