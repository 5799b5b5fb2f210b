import { z } from 'zod';
import { findInstallation } from '../../domain/installations/find-installation.ts';
import { tellOfRename } from '../../domain/tickets/channel/renamed.ts';
import { endChannelTrouble, reportChannelTrouble } from '../../domain/tickets/channel/trouble.ts';
import type { EventInteraction, EventListeners } from '../listener.ts';

const about = z.object({ channel: z.string() });
const renamed = z.object({ channel: z.object({ id: z.string() }) });
const membership = z.object({ channel: z.string(), user: z.string() });

function trouble(reason: string) {
  return {
    handle: async ({ context, teamId, event }: EventInteraction) => {
      const { channel: channelId } = about.parse(event);
      await reportChannelTrouble(context, { teamId, channelId, reason });
    },
  };
}

const over = {
  handle: async ({ context, teamId, event }: EventInteraction) => {
    const { channel: channelId } = about.parse(event);
    await endChannelTrouble(context, { teamId, channelId });
  },
};

const rename = {
  handle: async ({ context, teamId, event }: EventInteraction) => {
    const { channel } = renamed.parse(event);
    await tellOfRename(context, { teamId, channelId: channel.id });
  },
};

async function isOwn({ context, teamId, event }: EventInteraction): Promise<boolean> {
  const installation = await findInstallation(context, teamId);
  return installation?.botUserId === membership.parse(event).user;
}

/** What befalls the support channel: whether tickets can be posted there, and whether they can again. */
export const channelEvents: EventListeners = {
  channel_archive: trouble('is_archived'),
  group_archive: trouble('is_archived'),
  channel_deleted: trouble('channel_not_found'),
  group_deleted: trouble('channel_not_found'),
  channel_left: trouble('not_in_channel'),
  group_left: trouble('not_in_channel'),
  channel_rename: rename,
  group_rename: rename,
  channel_unarchive: over,
  group_unarchive: over,
  // The app's own leaving, told as that of any member.
  member_left_channel: {
    handle: async (interaction) => {
      if (await isOwn(interaction)) await trouble('not_in_channel').handle(interaction);
    },
  },
  member_joined_channel: {
    handle: async (interaction) => {
      if (await isOwn(interaction)) await over.handle(interaction);
    },
  },
};
