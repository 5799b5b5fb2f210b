import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { effect, homeRefresh } from '../../effects.ts';
import { refuse } from '../../errors.ts';
import { permit } from '../../permissions.ts';
import { record } from '../../record.ts';

export interface SupportChannel {
  channelId: string | null;
  /** Why nothing can be posted there, in Slack's word; null where it can. */
  trouble: string | null;
}

/**
 * The channel in which tickets appear, for who may choose it.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`.
 */
export async function readSupportChannel(
  context: Pick<Context, 'database'>,
  actor: Actor,
): Promise<SupportChannel> {
  const member = requireMember(actor);
  permit(member, 'settings.manage');
  const { supportChannelId, channelTrouble } = await context.database.organization.findUniqueOrThrow({
    where: { id: member.organizationId },
    select: { supportChannelId: true, channelTrouble: true },
  });
  return { channelId: supportChannelId, trouble: channelTrouble };
}

/**
 * Has tickets appear in a channel from now on. The app joins it, where it may, and then posts what has waited; who chose it
 * is told how that went. Tickets that stand in another channel stay there. The same channel again tries again.
 * @throws Refusal `not_allowed`, `organization_lapsed`; on `channel`: `channel_form`.
 */
export async function chooseChannel(
  context: Context,
  actor: Actor,
  { channelId }: { channelId: string },
): Promise<{ channelId: string; changed: boolean }> {
  const member = requireMember(actor);
  permit(member, 'settings.manage');
  if (!/^[CG][A-Z0-9]{2,30}$/.test(channelId)) throw refuse('channel_form').on('channel');
  const { organizationId, teamId, userId } = member;
  return context.database.$transaction(async (transaction) => {
    const [before] = await transaction.$queryRaw<{ channelId: string | null }[]>`
      SELECT support_channel_id AS "channelId" FROM organizations
      WHERE id = ${organizationId}::uuid FOR NO KEY UPDATE`;
    if (!before) throw refuse('no_organization');
    const changed = before.channelId !== channelId;
    await transaction.organization.updateMany({
      where: { id: organizationId },
      data: { supportChannelId: channelId, channelTrouble: null },
    });
    const change = {
      organizationId,
      by: member,
      action: 'organization.channel_changed',
      before: { channel: before.channelId },
      after: { channel: channelId },
    } as const;
    const join = effect('channel.join', { organizationId, teamId, channelId, userId });
    await record(transaction, context, changed ? [change] : [], [join, homeRefresh(teamId)]);
    return { channelId, changed };
  });
}
