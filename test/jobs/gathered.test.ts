import { expect, it } from 'vitest';
import { gathered } from '../../src/jobs/engine/gathered.ts';
import { gate } from '../jobs/until.ts';

it('answers calls of the same turn in one round, and those during a round in the next', async () => {
  const rounds: number[][] = [];
  const { opened, open } = gate();
  const double = gathered(async (items: number[]) => {
    rounds.push(items);
    await opened;
    return items.map((item) => 2 * item);
  }, 10);
  const first = [double(1), double(2)];
  await new Promise(setImmediate);
  const second = [double(3), double(4)];
  open();
  expect(await Promise.all([...first, ...second])).toEqual([2, 4, 6, 8]);
  expect(rounds).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

it('keeps a round within its limit', async () => {
  const sizes: number[] = [];
  const same = gathered(async (items: number[]) => {
    sizes.push(items.length);
    return items;
  }, 2);
  expect(await Promise.all([1, 2, 3, 4, 5].map(same))).toEqual([1, 2, 3, 4, 5]);
  expect(sizes).toEqual([2, 2, 1]);
});

it('fails all calls of a failed round, and works on', async () => {
  let failing = true;
  const same = gathered(async (items: number[]) => {
    if (failing) throw new Error('away');
    return items;
  }, 10);
  await expect(Promise.allSettled([same(1), same(2)])).resolves.toMatchObject([
    { status: 'rejected' },
    { status: 'rejected' },
  ]);
  failing = false;
  expect(await same(3)).toBe(3);
});
