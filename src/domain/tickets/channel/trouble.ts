import type { Context } from '../../context.ts';
import { ticketsRelease } from '../../effects.ts';
import { record } from '../../record.ts';
import { tellManagers } from './tell-managers.ts';

export interface ChannelTrouble {
  teamId: string;
  channelId: string;
  /** Slack's word for it, like `is_archived`. */
  reason: string;
}

/**
 * Nothing can be posted in a channel. Where it is a support channel, new tickets wait, and the Owner and the Admins are told,
 * once until it is over. True where it is one.
 */
export async function reportChannelTrouble(
  context: Context,
  { teamId, channelId, reason }: ChannelTrouble,
): Promise<boolean> {
  return context.database.$transaction(async (transaction) => {
    const organization = await transaction.organization.findFirst({
      where: { teamId, supportChannelId: channelId },
      select: { id: true },
    });
    if (!organization) return false;
    const { count } = await transaction.organization.updateMany({
      where: { id: organization.id, supportChannelId: channelId, channelTrouble: null },
      data: { channelTrouble: reason.slice(0, 100) },
    });
    if (count === 0) return true;
    const notice = { kind: 'support_channel_trouble', channelId, reason: reason.slice(0, 100) } as const;
    const whose = { organizationId: organization.id, teamId };
    await record(transaction, context, [], await tellManagers(transaction, whose, notice));
    return true;
  });
}

/** A channel can be posted to again: what has waited for it is posted. Nothing where there was no trouble. */
export async function endChannelTrouble(
  context: Context,
  { teamId, channelId }: Omit<ChannelTrouble, 'reason'>,
): Promise<void> {
  const [over] = await context.database.$queryRaw<{ id: string }[]>`
    UPDATE organizations SET channel_trouble = NULL
    WHERE team_id = ${teamId} AND support_channel_id = ${channelId} AND channel_trouble IS NOT NULL RETURNING id`;
  if (!over) return;
  await record(context.database, context, [], [ticketsRelease(over.id)]);
}
