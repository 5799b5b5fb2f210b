import { chooseChannel } from '../../domain/tickets/channel/choose-channel.ts';
import { channelSavedModal } from '../blocks/channel.ts';
import type { Listener, ViewInteraction } from '../listener.ts';
import { readConversation } from './inputs.ts';

export const channelViews: Record<string, Listener<ViewInteraction>> = {
  'channel.submit': {
    once: true,
    handle: async ({ context, actor, state, ack }) => {
      const channel = readConversation(state, 'channel');
      const { channelId } = await chooseChannel(context, actor, { channelId: channel });
      await ack({ update: channelSavedModal(channelId) });
    },
  },
};
