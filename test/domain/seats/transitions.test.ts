import { describe, expect, it } from 'vitest';
import type { SeatChangeStatus } from '../../../src/database/client.ts';
import { requestSeatChange } from '../../../src/domain/seats/request-seat-change.ts';
import { moveSeatChange, openStatuses, transitions } from '../../../src/domain/seats/transitions.ts';
import { seedOrganization } from '../../setup/organization.ts';
import { useSeatStage } from './stage.ts';

const stage = useSeatStage();
const statuses = Object.keys(transitions) as SeatChangeStatus[];

async function requested() {
  const organization = await seedOrganization(stage.context, { seats: 3 });
  await requestSeatChange(stage.context, organization.owner, { quantity: 5 });
  const [change] = await stage.changes(organization);
  if (!change) throw new Error('There is no change.');
  return change;
}

describe('the statuses of a seat change', () => {
  it('are open exactly where they lead on', () => {
    expect(statuses.filter((status) => transitions[status].length > 0)).toEqual([...openStatuses]);
  });

  it.each(
    statuses.flatMap((from) =>
      statuses
        .filter((to) => !(transitions[from] as readonly SeatChangeStatus[]).includes(to))
        .map((to) => [from, to] as const),
    ),
  )('do not go from %s to %s', async (from, to) => {
    const change = { id: '01a209b9-ddfc-7384-a3fe-ce4bd26be99f', status: from };
    const move = stage.database.$transaction((transaction) => moveSeatChange(transaction, change, to, {}));
    await expect(move).rejects.toThrow(`A seat change that is ${from} cannot be ${to}.`);
  });

  it('move only from where they were read', async () => {
    const change = await requested();
    const now = stage.context.now();
    const move = () =>
      stage.database.$transaction((transaction) =>
        moveSeatChange(transaction, change, 'sent', { sentAt: now }),
      );
    await move();
    await expect(move()).rejects.toMatchObject({ code: 'P2025' });
  });

  it.each([
    [{ status: 'sent' }, 'seat_changes_sent'],
    [{ status: 'awaiting_payment' }, 'seat_changes_sent'],
    [{ status: 'applied' }, 'seat_changes_settled'],
    [{ status: 'requested', settledAt: new Date() }, 'seat_changes_settled'],
  ] as const)('are refused by the database where the moments do not fit: %o', async (data, check) => {
    const { id } = await requested();
    await expect(stage.database.seatChange.update({ where: { id }, data })).rejects.toThrow(check);
  });
});
