import { beforeEach, describe, expect, it } from 'vitest';
import { cleanup } from '../../src/jobs/cleanup.ts';
import { ensureSchedules } from '../../src/jobs/engine/run-schedule.ts';
import type { Schedules } from '../../src/jobs/schedules.ts';
import type { TestContext } from '../setup/context.ts';
import { queueBackends } from '../setup/redis.ts';
import { useHarness } from './harness.ts';
import { until } from './until.ts';

describe.each(await queueBackends())('a schedule on $name', (backend) => {
  const harness = useHarness();
  let runs: Date[] = [];
  let outcome: () => void = () => {};
  const schedules: Schedules<TestContext> = {
    'expire-invitations': {
      every: 60,
      async run(context) {
        runs.push(context.now());
        outcome();
      },
    },
  };
  const at = (seconds: number) => new Date(Date.UTC(2026, 10, 23, 9, 0, seconds));

  beforeEach(() => {
    runs = [];
    outcome = () => {};
  });

  it('runs at the start and then at its interval, once among two processes', async () => {
    const [one, two] = await Promise.all([1, 2].map(() => harness.start({ backend, schedules })));
    await Promise.all([one?.runUntilIdle(), two?.runUntilIdle()]);
    expect(runs).toEqual([at(0)]);
    harness.context.advance({ seconds: 59 });
    await Promise.all([one?.runUntilIdle(), two?.runUntilIdle()]);
    expect(runs).toEqual([at(0)]);
    harness.context.advance({ seconds: 1 });
    await Promise.all([one?.runUntilIdle(), two?.runUntilIdle()]);
    expect(runs).toEqual([at(0), at(60)]);
  });

  it('is not begun anew by a restart, and makes up for what was missed once', async () => {
    const one = await harness.start({ backend, schedules });
    await one.runUntilIdle();
    await one.stop();
    harness.context.advance({ seconds: 30 });
    const two = await harness.start({ backend, schedules });
    await two.runUntilIdle();
    expect(runs).toEqual([at(0)]);
    await two.stop();
    harness.context.advance({ seconds: 970 });
    const three = await harness.start({ backend, schedules });
    await three.runUntilIdle();
    expect(runs).toEqual([at(0), at(1000)]);
  });

  it('goes on when the queue was lost, and when its row was', async () => {
    const jobs = await harness.start({ backend, schedules, pace: { scheduleMs: 20 } });
    await jobs.runUntilIdle();
    await backend.empty(harness.url);
    harness.context.advance({ seconds: 60 });
    await jobs.runUntilIdle();
    expect(runs).toHaveLength(2);
    await harness.database.outboxRow.deleteMany();
    await until(() => runs.length === 3);
  });

  it('is tried again when it fails, and begins anew when it was parked', async () => {
    outcome = () => {
      throw new Error('deadlock');
    };
    const jobs = await harness.start({ backend, schedules, pace: { tries: 2 } });
    await jobs.runUntilIdle();
    harness.context.advance({ seconds: 8 });
    await jobs.runUntilIdle();
    expect(runs).toEqual([at(0), at(8)]);
    outcome = () => {};
    await ensureSchedules(harness.context, schedules);
    await jobs.runUntilIdle();
    expect(runs).toEqual([at(0), at(8), at(8)]);
  });

  it('follows a shorter interval at the next start', async () => {
    const slow = { daily: { every: 86_400, run: async () => {} } };
    const one = await harness.start({ backend, schedules: slow });
    await one.runUntilIdle();
    await one.stop();
    await harness.start({ backend, schedules: { daily: { ...slow.daily, every: 60 } } });
    const row = await harness.database.outboxRow.findFirst({ where: { key: 'schedule:daily' } });
    expect(row?.availableAt).toEqual(at(60));
  });

  it('of an older release is let go', async () => {
    const one = await harness.start({ backend, schedules });
    await one.runUntilIdle();
    await one.stop();
    harness.context.advance({ seconds: 60 });
    const two = await harness.start({ backend });
    await two.runUntilIdle();
    expect(runs).toHaveLength(1);
    expect(await harness.database.outboxRow.count({ where: { status: { not: 'done' } } })).toBe(0);
  });

  it('cleans up what is old and settled, and nothing else', async () => {
    const { database, context } = harness;
    const days = (count: number) => new Date(context.now().getTime() - count * 86_400_000);
    const row = { topic: 'home.refresh', payload: {}, availableAt: days(9), createdAt: days(9) };
    await database.outboxRow.createMany({
      data: [
        { ...row, status: 'done', doneAt: days(7.01) },
        { ...row, status: 'done', doneAt: days(6.99) },
        { ...row, status: 'parked' },
      ],
    });
    const body = new Uint8Array([1]);
    await database.intake.createMany({
      data: [
        { key: 'old', receivedAt: days(36), handledAt: days(36) },
        { key: 'old, acted on at once', receivedAt: days(36) },
        { key: 'old, not handled', receivedAt: days(36), body },
        { key: 'young', receivedAt: days(34), handledAt: days(34) },
      ],
    });
    const jobs = await harness.start({ backend, schedules: { cleanup } });
    await jobs.runUntilIdle();
    expect((await harness.rows()).map(({ status, doneAt }) => [status, doneAt])).toEqual([
      ['done', days(6.99)],
      ['parked', null],
    ]);
    const intake = await database.intake.findMany({ orderBy: { key: 'asc' } });
    expect(intake.map(({ key }) => key)).toEqual(['old, not handled', 'young']);
  });
});
