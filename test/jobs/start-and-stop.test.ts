import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { startJobs } from '../../src/jobs/engine.ts';
import { queueBackends } from '../setup/redis.ts';
import { freePort } from '../setup/redis-server.ts';
import { recorder, refresh, useHarness } from './harness.ts';
import { gate, until } from './until.ts';

const log = pino({ level: 'silent' });

describe('the start', () => {
  const harness = useHarness();

  it('says in a sentence that PostgreSQL is away, without the password', async () => {
    const port = await freePort();
    const connectionString = `postgres://ann:hush@127.0.0.1:${port}/orgdesk`;
    const starting = startJobs({ context: harness.context, connectionString, registry: {}, log });
    await expect(starting).rejects.toThrow(
      `PostgreSQL at 127.0.0.1:${port}/orgdesk does not answer (connect ECONNREFUSED 127.0.0.1:${port}).`,
    );
  });

  it('says in a sentence that Redis is away, without the password', async () => {
    const port = await freePort();
    const redisUrl = `redis://:hush@127.0.0.1:${port}/3`;
    const { context, url: connectionString } = harness;
    const starting = startJobs({ context, connectionString, redisUrl, registry: {}, log });
    await expect(starting).rejects.toThrow(
      `Redis at 127.0.0.1:${port}/3 does not answer (connect ECONNREFUSED 127.0.0.1:${port}).`,
    );
  });

  it('says in a sentence that Redis refuses the password', async () => {
    const [, redis] = await queueBackends();
    if (redis?.redisUrl === undefined) return;
    const redisUrl = redis.redisUrl.replace('redis://', 'redis://nobody:hush@');
    const { context, url: connectionString } = harness;
    const starting = startJobs({ context, connectionString, redisUrl, registry: {}, log });
    await expect(starting).rejects.toThrow(/^Redis at .* does not answer \(WRONGPASS .*\)\. Start it/);
  });
});

describe.each(await queueBackends())('the stop on $name', (backend) => {
  const harness = useHarness();

  it('finishes what was begun and leaves the rest, which another process does', async () => {
    const { opened, open } = gate();
    const first = recorder(() => opened);
    const one = await harness.start({
      backend,
      registry: { 'home.refresh': first.job },
      pace: { concurrency: 1 },
    });
    await harness.write(refresh('T1'), refresh('T2'), refresh('T3'));
    await until(() => first.calls.length === 1);
    const stopped = one.stop();
    open();
    await stopped;
    expect(first.calls).toHaveLength(1);
    expect((await harness.rows())[0]?.status).toBe('done');

    const second = recorder();
    const other = await harness.start({ backend, registry: { 'home.refresh': second.job } });
    await other.runUntilIdle();
    expect(second.calls.map((call) => call.teamId)).toEqual(['T2', 'T3']);
  });

  it('does not wait for ever for what does not end', async () => {
    const endless = recorder(() => new Promise(() => {}));
    const one = await harness.start({
      backend,
      registry: { 'home.refresh': endless.job },
      pace: { stopMs: 100 },
    });
    await harness.write(refresh('T1'));
    await until(() => endless.calls.length === 1);
    await one.stop();
    expect((await harness.rows())[0]?.status).toBe('queued');
  });

  it('may be asked for twice', async () => {
    const jobs = await harness.start({ backend });
    await Promise.all([jobs.stop(), jobs.stop()]);
    await jobs.stop();
  });
});
