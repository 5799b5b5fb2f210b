import type { KnownBlock, ModalView } from '@slack/types';
import type { SupportChannel } from '../../domain/tickets/channel/choose-channel.ts';
import { mrkdwn, plain } from './composition.ts';

/** The form of the support channel. */
export function channelModal({ channelId, trouble }: SupportChannel): ModalView {
  return {
    type: 'modal',
    callback_id: 'channel.submit',
    title: plain('Support channel'),
    submit: plain('Save'),
    close: plain('Cancel'),
    blocks: [
      ...(channelId !== null && trouble !== null ? [troubleBlock(channelId)] : []),
      {
        type: 'input',
        block_id: 'channel',
        label: plain('Channel'),
        hint: plain('Every ticket is a message there, and the conversation with the customer is its thread.'),
        element: {
          type: 'conversations_select',
          action_id: 'channel',
          ...(channelId !== null && { initial_conversation: channelId }),
          filter: { include: ['public', 'private'], exclude_bot_users: true },
        },
      },
    ],
  };
}

function troubleBlock(channelId: string): KnownBlock {
  const text = `:warning: Tickets cannot be posted in <#${channelId}> at present, and wait. If it is private, write \`/invite @Orgdesk\` there; if it is archived or gone, choose another.`;
  return { type: 'section', text: mrkdwn(text) };
}

export function channelSavedModal(channelId: string): ModalView {
  return {
    type: 'modal',
    title: plain('Support channel'),
    close: plain('Done'),
    blocks: [{ type: 'section', text: mrkdwn(channelSavedText(channelId)) }],
  };
}

/** For the command and for the modal after saving. */
export function channelSavedText(channelId: string): string {
  return `Tickets appear in <#${channelId}> from now on. I join it myself if it is public; if it is private, write \`/invite @Orgdesk\` there. Tickets that have waited for a channel are posted then.`;
}
