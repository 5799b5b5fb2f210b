import type { Context } from '../../context.ts';
import { record } from '../../record.ts';
import { tellManagers } from './tell-managers.ts';

/** Tells the Owner and the Admins where the channel that got another name is the support channel. It is known by its id. */
export async function tellOfRename(
  context: Context,
  { teamId, channelId }: { teamId: string; channelId: string },
): Promise<void> {
  const { database } = context;
  const organization = await database.organization.findFirst({
    where: { teamId, supportChannelId: channelId },
    select: { id: true },
  });
  if (!organization) return;
  const whose = { organizationId: organization.id, teamId };
  const notice = { kind: 'support_channel_renamed', channelId } as const;
  await record(database, context, [], await tellManagers(database, whose, notice, `renamed:${channelId}`));
}
