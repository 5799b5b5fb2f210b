import { SlackRefused } from '../clients/slack/failures.ts';
import { NotInstalled } from '../clients/slack/not-installed.ts';
import type { Context } from '../domain/context.ts';
import { effect } from '../domain/effects.ts';
import { record } from '../domain/record.ts';
import { reportChannelTrouble } from '../domain/tickets/channel/trouble.ts';
import type { JobContext } from './context.ts';
import { defineJob } from './job.ts';

export type ChannelJoinContext = Context & Pick<JobContext, 'slack'>;

/**
 * Joins the chosen support channel where it is public, and has posted what waited for it. Into a private channel the app must be
 * invited: the admins are told how, and being there ends the wait. Who chose a channel that is shared with another company is
 * told what that means.
 */
export const channelJoin = defineJob<'channel.join', ChannelJoinContext>('channel.join', {
  queue: 'slack',
  run: async (context, { organizationId, teamId, channelId, userId }, { log }) => {
    try {
      const shared = await enter(context, { teamId, channelId });
      const notice = { kind: 'support_channel_shared', channelId } as const;
      await record(
        context.database,
        context,
        [],
        [
          effect('tickets.release', { organizationId }),
          ...(shared ? [effect('notice', { teamId, userId, notice })] : []),
        ],
      );
    } catch (error) {
      if (error instanceof NotInstalled) return;
      if (!(error instanceof SlackRefused)) throw error;
      log.info({ teamId, channelId, err: error }, 'The support channel cannot be entered.');
      await reportChannelTrouble(context, { teamId, channelId, reason: error.reason });
    }
  },
});

/** True where people of other workspaces are in the channel. @throws SlackRefused where the app cannot be in it. */
async function enter(
  { slack }: ChannelJoinContext,
  { teamId, channelId }: { teamId: string; channelId: string },
): Promise<boolean> {
  const client = slack(teamId);
  const { channel } = await client.conversations.info({ channel: channelId });
  if (channel?.is_archived) throw new SlackRefused('conversations.join', 'is_archived');
  if (!channel?.is_member) {
    if (channel?.is_private) throw new SlackRefused('conversations.join', 'not_in_channel');
    await client.conversations.join({ channel: channelId });
  }
  return channel?.is_ext_shared === true || channel?.is_pending_ext_shared === true;
}
