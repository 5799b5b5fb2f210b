import { chooseChannel } from '../../domain/tickets/channel/choose-channel.ts';
import { openChannel } from '../actions/channel.ts';
import { channelSavedText } from '../blocks/channel.ts';
import { offerToWhoMay } from './offer.ts';
import type { Subcommands } from './route.ts';

export const channelCommands: Subcommands = {
  channel: {
    summary: 'Chooses the channel in which tickets appear.',
    usage: '[#channel]',
    offeredTo: offerToWhoMay('settings.manage'),
    once: true,
    handle: async (interaction) => {
      const { context, actor, text, ack } = interaction;
      if (text === '') return openChannel(interaction);
      const { channelId } = await chooseChannel(context, actor, { channelId: readChannel(text) });
      await ack({ text: channelSavedText(channelId) });
    },
  },
};

/** `<#C123|name>`, as Slack escapes a channel in a command; anything else is left for the operation to refuse. */
function readChannel(text: string): string {
  return /^<#([A-Z0-9]+)(?:\|[^>]*)?>$/.exec(text)?.[1] ?? text;
}
