import { describe, expect, it } from 'vitest';
import {
  type AnnouncedPayment,
  announceAnew,
  listOutdated,
  readAnnounced,
  recordPaymentPosted,
  recordRefundShown,
} from '../../../src/domain/payments/announcement.ts';
import { listReleasable } from '../../../src/domain/tickets/channel/release.ts';
import { seedOrganization } from '../../setup/organization.ts';
import { seedPayment } from '../../setup/payments.ts';
import { useStage } from '../invitations/stage.ts';

const stage = useStage();
const CHANNEL = 'C0SUPPORT';

/** An organization with a channel and a payment that it has still to be told of. */
async function untold() {
  const { id: organizationId, teamId } = await seedOrganization(stage.context);
  await stage.database.organization.update({
    where: { id: organizationId },
    data: { supportChannelId: CHANNEL },
  });
  await stage.database.installation.create({
    data: {
      teamId,
      botUserId: 'UBOT',
      sealed: 'x',
      installerUserId: 'U1',
      installedAt: stage.context.now(),
    },
  });
  const id = await seedPayment(stage.context, organizationId);
  const read = async () => (await readAnnounced(stage.context, id)) as AnnouncedPayment;
  const refund = (refundedAmount: number) =>
    stage.database.payment.update({ where: { id }, data: { refundedAmount } });
  const hints = () =>
    stage.database.outboxRow.count({ where: { topic: 'payment.announce', key: `payment:${id}` } });
  const isReleasable = async () => {
    const { organizationIds } = await listReleasable(stage.context, null);
    return organizationIds.includes(organizationId);
  };
  return { id, organizationId, read, refund, hints, isReleasable };
}

describe('a payment’s message', () => {
  it('is recorded once, and followed at once where something was refunded while it was on the way', async () => {
    const { read, refund, hints } = await untold();
    const shown = await read();
    await refund(500);
    await recordPaymentPosted(stage.context, { channelId: CHANNEL, ts: '1.1', shown });
    expect(await hints()).toBe(1);
    await recordPaymentPosted(stage.context, { channelId: CHANNEL, ts: '2.2', shown: await read() });
    expect(await read()).toMatchObject({ messageTs: '1.1', shownRefund: 0, refundedAmount: 500 });
    expect(await hints()).toBe(1);
  });

  it('is followed by nothing where it says what is true', async () => {
    const { read, hints, isReleasable } = await untold();
    expect(await isReleasable()).toBe(true);
    await recordPaymentPosted(stage.context, { channelId: CHANNEL, ts: '1.1', shown: await read() });
    expect([await hints(), await isReleasable()]).toEqual([0, false]);
  });

  it('that says something else is found until it does not, also where no hint of it is left', async () => {
    const { id, organizationId, read, refund, isReleasable } = await untold();
    await recordPaymentPosted(stage.context, { channelId: CHANNEL, ts: '1.1', shown: await read() });
    await refund(500);
    expect(await listOutdated(stage.context, organizationId, 10)).toEqual([{ id }]);
    expect(await isReleasable()).toBe(true);
    await recordRefundShown(stage.context, await read());
    expect(await listOutdated(stage.context, organizationId, 10)).toEqual([]);
    expect(await isReleasable()).toBe(false);
  });

  it('that was posted anew meanwhile takes nothing from who knew the old one', async () => {
    const { read, refund } = await untold();
    await recordPaymentPosted(stage.context, { channelId: CHANNEL, ts: '1.1', shown: await read() });
    await refund(500);
    const old = await read();
    await announceAnew(stage.context, old);
    await refund(600);
    await recordPaymentPosted(stage.context, { channelId: CHANNEL, ts: '2.2', shown: await read() });
    await recordRefundShown(stage.context, old);
    await announceAnew(stage.context, old);
    expect(await read()).toMatchObject({ messageTs: '2.2', shownRefund: 600 });
  });
});
