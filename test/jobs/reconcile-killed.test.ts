import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepReconciling } from '../../src/domain/billing/reconciliation/begin.ts';
import { effect } from '../../src/domain/effects.ts';
import { record } from '../../src/domain/record.ts';
import { testContext } from '../setup/context.ts';
import { queueBackends } from '../setup/redis.ts';
import { type KillingGround, startKillingGround } from './seats-killed-stage.ts';
import { until } from './until.ts';

/** The call on which each worker dies: twice in a row while organizations are compared, then once in each other phase. */
const deaths = [
  ['/v1/subscriptions/*', 'before'],
  ['/v1/subscriptions/*', 'after'],
  ['/v1/subscriptions', 'after'],
  ['/v1/events', 'after'],
] as const;

let ground: KillingGround;

describe.each(await queueBackends())('a reconciliation on $name', { timeout: 240_000 }, (backend) => {
  beforeEach(async () => {
    ground = await startKillingGround(backend);
  });
  afterEach(() => ground.stop());

  it('goes on where it was when its workers are killed, and ends as if none had been', async () => {
    const { database, stripe } = ground;
    const [grown, ended, untouched] = await ground.found(3, 2);
    if (!grown || !ended || !untouched) throw new Error('There are no companies.');
    await ground.leaveAlone();
    stripe.dashboard.changeQuantity(grown.subscriptionId, 7, 'none');
    stripe.dashboard.cancel(ended.subscriptionId);
    // No event is looked for that is older than every organization, nor one of these minutes.
    const createdAt = new Date(Date.now() - 86_400_000);
    await database.organization.updateMany({ data: { createdAt } });
    const context = { ...testContext(database), now: () => new Date(), newId: () => uuidv7() };
    await keepReconciling(context);
    // A page whose worker died before it marked it is done again, beside the next one: as here from the beginning.
    const { id } = await database.reconciliation.findFirstOrThrow();
    await record(database, context, [], [effect('billing.reconcile', { reconciliationId: id })]);

    for (const [path, moment] of deaths) {
      const held = stripe.gate.holdEvery('GET', path, moment);
      const worker = ground.startWorker();
      await Promise.race([held.reached, worker.failed]);
      await ground.kill(worker);
      held.lose();
    }
    const worker = ground.startWorker();
    const ends = until(
      async () => (await database.reconciliation.count({ where: { finishedAt: null } })) === 0,
    );
    await Promise.race([ends, worker.failed]);
    await ground.kill(worker);

    expect(await database.reconciliation.findMany()).toMatchObject([{ compared: 3, found: 0, replayed: 0 }]);
    const seats = await Promise.all(
      [grown, ended, untouched].map(({ organizationId: id }) =>
        database.organization.findUniqueOrThrow({ where: { id } }),
      ),
    );
    expect(seats.map((row) => [row.seatsPurchased, row.subscriptionStatus])).toEqual([
      [7, 'active'],
      [0, 'canceled'],
      [2, 'active'],
    ]);
    expect(await database.outboxRow.count({ where: { status: 'parked' } })).toBe(0);
  });
});
