import { describe, expect, it } from 'vitest';
import { effect } from '../../src/domain/effects.ts';
import { queueBackends } from '../setup/redis.ts';
import { recorder, refresh, sessionAtRest, useHarness } from './harness.ts';
import { gate, until } from './until.ts';

const teams = (count: number) => Array.from({ length: count }, (_, index) => `T${index}`);

describe.each(await queueBackends())('effects on $name', (backend) => {
  const harness = useHarness();

  it('are each done once, and their rows marked and blanked', async () => {
    const { calls, job } = recorder();
    const jobs = await harness.start({ backend, registry: { 'home.refresh': job } });
    await harness.write(...teams(50).map(refresh));
    await jobs.runUntilIdle();
    expect(calls.map((call) => call.teamId).sort()).toEqual(teams(50).sort());
    expect(calls.every((call) => call.attempt === 1)).toBe(true);
    const rows = await harness.rows();
    expect(rows.map(({ status, payload }) => ({ status, payload }))).toEqual(
      Array(50).fill({ status: 'done', payload: {} }),
    );
    expect(rows.every((row) => row.doneAt?.getTime() === harness.context.now().getTime())).toBe(true);
  });

  it('wait for their time', async () => {
    const { calls, job } = recorder();
    const jobs = await harness.start({ backend, registry: { 'home.refresh': job } });
    const availableAt = new Date(harness.context.now().getTime() + 60_000);
    await harness.write(effect('home.refresh', { teamId: 'T1' }, { availableAt }));
    await jobs.runUntilIdle();
    expect(calls).toHaveLength(0);
    harness.context.advance({ seconds: 60 });
    await jobs.runUntilIdle();
    expect(calls).toHaveLength(1);
  });

  it('are heard of by notification, again and again, with nothing else to wake the relay', async () => {
    const { calls, job } = recorder();
    await harness.start({ backend, registry: { 'home.refresh': job }, pace: { pollMs: 3_600_000 } });
    for (const teamId of teams(5)) {
      await until(async () => (await sessionAtRest(harness.database)) !== undefined);
      await harness.write(refresh(teamId));
      await until(() => calls.some((call) => call.teamId === teamId));
    }
  });

  it('that are written while the relay works are not missed for want of a notification', async () => {
    const { calls, job } = recorder();
    await harness.start({ backend, registry: { 'home.refresh': job }, pace: { pollMs: 3_600_000 } });
    // The writers' transactions last, so that rows appear long after the statement that could have notified.
    await Promise.all(
      teams(40).map((teamId, index) =>
        harness.database.$transaction(async (transaction) => {
          await transaction.outboxRow.create({
            data: {
              topic: 'home.refresh',
              payload: { teamId },
              availableAt: harness.context.now(),
              createdAt: harness.context.now(),
            },
          });
          await transaction.$queryRaw`SELECT pg_sleep(${(index % 7) / 50})::text`;
        }),
      ),
    );
    await until(() => calls.length === 40);
  });

  it('give their key up when they are begun, so that a later change is not lost', async () => {
    const { opened, open } = gate();
    const { calls, job } = recorder(() => opened);
    const jobs = await harness.start({ backend, registry: { 'home.refresh': job } });
    const keyed = effect('home.refresh', { teamId: 'T1' }, { key: 'home:T1' });
    await harness.write(keyed);
    await until(() => calls.length === 1);
    await harness.write(keyed);
    open();
    await jobs.runUntilIdle();
    expect(calls).toHaveLength(2);
  });

  it('of a topic that this release does not know are left for one that does', async () => {
    const { calls, job } = recorder();
    const jobs = await harness.start({ backend, registry: { 'home.refresh': job } });
    const now = harness.context.now();
    await harness.database.outboxRow.create({
      data: { topic: 'ticket.post', payload: {}, availableAt: now, createdAt: now },
    });
    await harness.write(refresh('T1'));
    await jobs.runUntilIdle();
    expect(calls).toHaveLength(1);
    expect((await harness.rows()).map((row) => row.status)).toEqual(['pending', 'done']);
  });

  it('are done at least once, and marked once, by two processes together', async () => {
    const { calls, job } = recorder();
    const engines = await Promise.all(
      [1, 2].map(() => harness.start({ backend, registry: { 'home.refresh': job } })),
    );
    await Promise.all(
      Array.from({ length: 10 }, (_, part) =>
        harness.write(...Array.from({ length: 100 }, (_, index) => refresh(`T${part}-${index}`))),
      ),
    );
    await Promise.all(engines.map((jobs) => jobs.runUntilIdle()));
    expect(new Set(calls.map((call) => call.teamId)).size).toBe(1000);
    expect(calls).toHaveLength(1000);
    const counts = await harness.database.outboxRow.groupBy({
      by: ['status'],
      where: { topic: 'home.refresh' },
      _count: true,
    });
    expect(counts).toEqual([{ status: 'done', _count: 1000 }]);
  });
});
