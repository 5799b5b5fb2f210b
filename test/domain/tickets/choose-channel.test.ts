import { describe, expect, it } from 'vitest';
import { chooseChannel, readSupportChannel } from '../../../src/domain/tickets/channel/choose-channel.ts';
import { refusal, useStage } from '../invitations/stage.ts';
import { openTicketDesk } from './desk.ts';

const stage = useStage();

describe('the support channel', () => {
  it('is chosen by Admins and the Owner, who are told how that goes; earlier trouble is over', async () => {
    const { admin, organization } = await openTicketDesk(stage);
    expect(await readSupportChannel(stage.context, admin)).toEqual({ channelId: null, trouble: null });
    await chooseChannel(stage.context, admin, { channelId: 'C0000001' });
    const where = { id: organization.id };
    await stage.database.organization.update({ where, data: { channelTrouble: 'is_archived' } });
    expect(await readSupportChannel(stage.context, admin)).toEqual({
      channelId: 'C0000001',
      trouble: 'is_archived',
    });
    expect(await chooseChannel(stage.context, admin, { channelId: 'G0000002' })).toEqual({
      channelId: 'G0000002',
      changed: true,
    });
    expect(await readSupportChannel(stage.context, admin)).toEqual({ channelId: 'G0000002', trouble: null });
    const joins = await stage.database.outboxRow.findMany({
      where: { topic: 'channel.join' },
      orderBy: { id: 'asc' },
    });
    expect(joins.map(({ payload }) => payload)).toMatchObject([
      { channelId: 'C0000001', userId: admin.userId },
      { channelId: 'G0000002', organizationId: organization.id, teamId: organization.teamId },
    ]);
    const audit = await stage.database.auditEntry.findMany({
      where: { organizationId: organization.id },
      orderBy: { id: 'asc' },
    });
    expect(audit).toMatchObject([
      { action: 'organization.channel_changed', before: { channel: null }, after: { channel: 'C0000001' } },
      { before: { channel: 'C0000001' }, after: { channel: 'G0000002' } },
    ]);
  });

  it('chosen again is tried again, and is no change', async () => {
    const { admin, organization } = await openTicketDesk(stage);
    await chooseChannel(stage.context, admin, { channelId: 'C0000003' });
    await stage.database.outboxRow.deleteMany();
    expect(await chooseChannel(stage.context, admin, { channelId: 'C0000003' })).toMatchObject({
      changed: false,
    });
    expect(await stage.database.outboxRow.count({ where: { topic: 'channel.join' } })).toBe(1);
    expect(await stage.auditOf(organization)).toHaveLength(1);
  });

  it.each(['', 'D0000001', 'U0000001', 'C1', 'c0000001', 'C0000001>', '<!channel>'])(
    'is never %j',
    async (channelId) => {
      const { admin } = await openTicketDesk(stage);
      const refused = await refusal(chooseChannel(stage.context, admin, { channelId }));
      expect({ code: refused.code, field: refused.field }).toEqual({
        code: 'channel_form',
        field: 'channel',
      });
    },
  );

  it('is not for Agents, and not to be changed while nothing can be', async () => {
    const { agent, owner } = await openTicketDesk(stage);
    expect((await refusal(readSupportChannel(stage.context, agent))).code).toBe('not_allowed');
    const attempt = chooseChannel(stage.context, agent, { channelId: 'C0000001' });
    expect((await refusal(attempt)).code).toBe('not_allowed');
    const lapsed = chooseChannel(stage.context, { ...owner, readOnly: 'lapsed' }, { channelId: 'C0000001' });
    expect((await refusal(lapsed)).code).toBe('organization_lapsed');
  });
});
