import { expect, it } from 'vitest';
import { isSecond } from '../../../src/domain/billing/second-subscription.ts';
import { seedOrganization } from '../../setup/organization.ts';
import { useSeatStage } from '../seats/stage.ts';

const stage = useSeatStage();

it('waits for a reading that is being applied before it says that another subscription is paid', async () => {
  const { id } = await seedOrganization(stage.context);
  let asked: Promise<boolean> | undefined;
  await stage.database.$transaction(async (transaction) => {
    await transaction.organization.update({ where: { id }, data: { subscriptionStatus: 'canceled' } });
    let answered = false;
    asked = isSecond(stage.context, { organizationId: id, subscriptionId: 'sub_other' }).finally(() => {
      answered = true;
    });
    // Until it has its answer, or stands behind this transaction.
    for (let waits = false; !waits && !answered; ) {
      const [row] = await stage.database.$queryRaw<[{ waits: boolean }]>`
        SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database OR l.database IS NULL
          WHERE NOT l.granted AND d.datname = current_database()) AS waits`;
      waits = row.waits;
    }
  });
  expect(await asked).toBe(false);
});
