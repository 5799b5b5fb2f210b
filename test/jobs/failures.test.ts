import { describe, expect, it } from 'vitest';
import { PermanentFailure, RetryableFailure } from '../../src/clients/failures.ts';
import { effect } from '../../src/domain/effects.ts';
import { parkByHand } from '../../src/jobs/operator.ts';
import { queueBackends } from '../setup/redis.ts';
import { recorder, refresh, useHarness } from './harness.ts';
import { gate, until } from './until.ts';

const failing = (error: unknown) => () => {
  throw error;
};

describe.each(await queueBackends())('a failing effect on $name', (backend) => {
  const harness = useHarness();

  it('is tried again later, and then done', async () => {
    const { calls, job } = recorder(failing(new Error('connection reset')));
    const jobs = await harness.start({ backend, registry: { 'home.refresh': job } });
    await harness.write(refresh('T1'));
    await jobs.runUntilIdle();
    const [failed] = await harness.rows();
    expect(failed).toMatchObject({ status: 'pending', attempts: 1, error: 'Error: connection reset' });
    const wait = (failed?.availableAt.getTime() ?? 0) - harness.context.now().getTime();
    expect(wait).toBeGreaterThanOrEqual(5000);
    expect(wait).toBeLessThanOrEqual(7500);

    harness.context.advance({ milliseconds: wait - 1 });
    await jobs.runUntilIdle();
    expect(calls).toHaveLength(1);

    harness.context.advance({ milliseconds: 1 });
    await jobs.runUntilIdle();
    expect(calls.map((call) => call.attempt)).toEqual([1, 2]);
    expect((await harness.rows())[0]).toMatchObject({ status: 'done', error: null, attempts: 1 });
  });

  it('is parked after its last try, once, together with what its job says about it', async () => {
    const { calls, job } = recorder(...Array(9).fill(failing(new Error('still down'))));
    const told: string[] = [];
    const jobs = await harness.start({
      backend,
      registry: {
        'home.refresh': {
          ...job,
          onParked: async (transaction, _, { teamId }) => {
            told.push(teamId);
            await transaction.homeView.create({ data: { teamId, userId: 'U1', openedAt: new Date(0) } });
          },
        },
      },
    });
    await harness.write(refresh('T1'));
    for (let attempt = 1; attempt <= 9; attempt++) {
      await jobs.runUntilIdle();
      harness.context.advance({ days: 1 });
    }
    expect(calls.map((call) => call.attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect((await harness.rows())[0]).toMatchObject({
      status: 'parked',
      attempts: 8,
      error: 'Error: still down',
      payload: { teamId: 'T1' },
    });
    expect(told).toEqual(['T1']);
    expect(await harness.database.homeView.count()).toBe(1);
    const outboxId = calls[0]?.outboxId;
    const parked = harness.logged.filter((line) => line.level === 50);
    expect(parked).toMatchObject([{ topic: 'home.refresh', outboxId }]);
  });

  it('that somebody else settled meanwhile is not spoken of', async () => {
    const told: string[] = [];
    const { job } = recorder(async () => {
      const [row] = await harness.rows();
      await parkByHand(harness.database, row?.id ?? '', harness.context.now());
      throw new PermanentFailure('gone');
    });
    const onParked = async () => void told.push('T1');
    const jobs = await harness.start({ backend, registry: { 'home.refresh': { ...job, onParked } } });
    await harness.write(refresh('T1'));
    await jobs.runUntilIdle();
    expect((await harness.rows())[0]).toMatchObject({ status: 'parked', error: 'Parked by hand.' });
    expect(told).toEqual([]);
  });

  it('stays unparked when its job cannot say so, and is not tried beyond its last try', async () => {
    const { calls, job } = recorder(failing(new PermanentFailure('gone')));
    let mayPark = false;
    const jobs = await harness.start({
      backend,
      pace: { tries: 1 },
      registry: {
        'home.refresh': {
          ...job,
          onParked: async (transaction) => {
            await transaction.homeView.create({
              data: { teamId: 'T1', userId: 'U1', openedAt: new Date(0) },
            });
            if (!mayPark) throw new Error('no such invite');
          },
        },
      },
    });
    await harness.write(refresh('T1'));
    await jobs.runUntilIdle();
    expect((await harness.rows())[0]?.status).toBe('pending');
    expect(await harness.database.homeView.count()).toBe(0);

    mayPark = true;
    harness.context.advance({ days: 1 });
    await jobs.runUntilIdle();
    expect((await harness.rows())[0]).toMatchObject({ status: 'parked', error: 'PermanentFailure: gone' });
    expect(await harness.database.homeView.count()).toBe(1);
    expect(calls).toHaveLength(1);
  });

  it('is parked at once when the failure is permanent', async () => {
    const { calls, job } = recorder(failing(new PermanentFailure('channel_not_found')));
    const jobs = await harness.start({ backend, registry: { 'home.refresh': job } });
    await harness.write(refresh('T1'));
    await jobs.runUntilIdle();
    expect(calls).toHaveLength(1);
    expect((await harness.rows())[0]).toMatchObject({
      status: 'parked',
      error: 'PermanentFailure: channel_not_found',
    });
  });

  it('waits as long as it is asked to, and is not parked for it', async () => {
    const { calls, job } = recorder(
      ...Array(12).fill(failing(new RetryableFailure('rate limited', { retryAfter: 30 }))),
    );
    const jobs = await harness.start({ backend, registry: { 'home.refresh': job } });
    await harness.write(refresh('T1'));
    await jobs.runUntilIdle();
    const [limited] = await harness.rows();
    const wait = (limited?.availableAt.getTime() ?? 0) - harness.context.now().getTime();
    expect(wait).toBeGreaterThanOrEqual(30_000);
    expect(wait).toBeLessThanOrEqual(45_000);
    for (let round = 0; round < 12; round++) {
      harness.context.advance({ seconds: 45 });
      await jobs.runUntilIdle();
    }
    expect(calls).toHaveLength(13);
    expect((await harness.rows())[0]?.status).toBe('done');
  });

  it('is parked when it was asked to wait for more than a day', async () => {
    const { job } = recorder(
      ...Array(20).fill(failing(new RetryableFailure('rate limited', { retryAfter: 30 }))),
    );
    const jobs = await harness.start({ backend, registry: { 'home.refresh': job } });
    await harness.write(refresh('T1'));
    await jobs.runUntilIdle();
    for (let round = 0; round < 10; round++) {
      harness.context.advance({ days: 1 });
      await jobs.runUntilIdle();
    }
    expect((await harness.rows())[0]?.status).toBe('parked');
  });

  it('does not stand in the way of a newer one with its key, nor the other way round', async () => {
    const { opened, open } = gate();
    const { calls, job } = recorder(async () => {
      await opened;
      throw new Error('still down');
    });
    const jobs = await harness.start({ backend, registry: { 'home.refresh': job } });
    const later = new Date(harness.context.now().getTime() + 1000);
    const keyed = (availableAt: Date) =>
      effect('home.refresh', { teamId: 'T1' }, { key: 'home:T1', availableAt });
    await harness.write(keyed(harness.context.now()));
    await until(() => calls.length === 1);
    await harness.write(keyed(later));
    open();
    await jobs.runUntilIdle();
    expect((await harness.rows()).map((row) => row.status)).toEqual(['pending', 'pending']);
    harness.context.advance({ seconds: 60 });
    await jobs.runUntilIdle();
    expect((await harness.rows()).map((row) => row.status)).toEqual(['done', 'done']);
  });

  it('is parked without being begun when its payload does not fit', async () => {
    const { calls, job } = recorder();
    const jobs = await harness.start({ backend, registry: { 'home.refresh': job } });
    await harness.write({ topic: 'home.refresh', payload: { team: 'T1' } });
    await jobs.runUntilIdle();
    expect(calls).toHaveLength(0);
    expect((await harness.rows())[0]).toMatchObject({
      status: 'parked',
      error: 'PermanentFailure: The payload does not fit the topic: teamId.',
    });
  });

  it('leaves no secret, address or unstorable character in its row', async () => {
    const words = `550 ann@example.com: xoxb-1-abc sk_live_12345678 \0 \ud800 ${'x'.repeat(2000)}`;
    const { job } = recorder(failing(new Error(words)));
    const jobs = await harness.start({ backend, registry: { 'home.refresh': job } });
    await harness.write(refresh('T1'));
    await jobs.runUntilIdle();
    const error = (await harness.rows())[0]?.error ?? '';
    expect(error).toMatch(/^Error: 550 \[redacted\]: \[redacted\] \[redacted\] {2}\ufffd x+$/);
    expect(error).toHaveLength(500);
  });
});
