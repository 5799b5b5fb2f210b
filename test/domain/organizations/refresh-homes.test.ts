import { describe, expect, it } from 'vitest';
import { refreshHomes } from '../../../src/domain/organizations/refresh-homes.ts';
import { useStage } from './setup.ts';

const stage = useStage();

const opened = (teamId: string, users: number, { daysAgo = 0, from = 0 } = {}) =>
  stage.database.homeView.createMany({
    data: Array.from({ length: users }, (_, n) => ({
      teamId,
      userId: `U${String(from + n).padStart(4, '0')}`,
      openedAt: new Date(stage.context.now().getTime() - daysAgo * 86_400_000 - n),
    })),
  });
const publishes = (teamId: string) =>
  stage.database.outboxRow.findMany({
    where: { topic: 'home.publish', payload: { path: ['teamId'], equals: teamId } },
    orderBy: [{ availableAt: 'asc' }, { payload: 'asc' }],
  });

describe('refreshHomes', () => {
  it('publishes for everybody who opened the App Home in the last 30 days, and for nobody else', async () => {
    await opened('T1', 3, { daysAgo: 29 });
    await opened('T1', 2, { daysAgo: 30, from: 10 });
    await opened('T2', 1, { from: 20 });
    expect(await refreshHomes(stage.context, { teamId: 'T1' })).toBe(3);
    const rows = await publishes('T1');
    expect(rows.map((row) => row.payload)).toEqual(
      ['U0000', 'U0001', 'U0002'].map((userId) => ({ teamId: 'T1', userId })),
    );
    expect(await publishes('T2')).toEqual([]);
  });

  it('publishes a hundred at a time, a minute apart, who opened it last first', async () => {
    await opened('T3', 250);
    await refreshHomes(stage.context, { teamId: 'T3' });
    const rows = await publishes('T3');
    const offsets = rows.map((row) => row.availableAt.getTime() - stage.context.now().getTime());
    expect(offsets.filter((offset) => offset === 0)).toHaveLength(100);
    expect(offsets.filter((offset) => offset === 60_000)).toHaveLength(100);
    expect(offsets.filter((offset) => offset === 120_000)).toHaveLength(50);
    expect(rows.slice(0, 100).map((row) => (row.payload as { userId: string }).userId)).toContain('U0099');
  });

  it('makes several changes one publication for whoever still waits', async () => {
    await opened('T4', 5);
    await Promise.all(Array.from({ length: 20 }, () => refreshHomes(stage.context, { teamId: 'T4' })));
    expect(await publishes('T4')).toHaveLength(5);
  });

  it('publishes again where the last publication has begun: it may have read the state before', async () => {
    await opened('T5', 1);
    await refreshHomes(stage.context, { teamId: 'T5' });
    await stage.database.outboxRow.updateMany({
      where: { topic: 'home.publish' },
      data: { status: 'queued' },
    });
    await refreshHomes(stage.context, { teamId: 'T5' });
    expect((await publishes('T5')).map((row) => row.status).sort()).toEqual(['pending', 'queued']);
  });
});
