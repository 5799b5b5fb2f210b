import type { ModalView } from '@slack/types';
import { mrkdwn, plain } from './composition.ts';
import { escapeText } from './text.ts';

/** Who gets the organization, and its name typed as a confirmation. `userId` is chosen already. */
export function transferModal(name: string, { userId }: { userId?: string } = {}): ModalView {
  return {
    type: 'modal',
    callback_id: 'transfer.submit',
    title: plain('Transfer ownership'),
    submit: plain('Transfer'),
    close: plain('Cancel'),
    blocks: [
      {
        type: 'section',
        text: mrkdwn(
          'The new Owner gets everything: billing, seats and the next transfer. You become an Admin, and only the new Owner can give it back.',
        ),
      },
      {
        type: 'input',
        block_id: 'member',
        label: plain('New Owner'),
        hint: plain('An active member of the organization.'),
        element: {
          type: 'users_select',
          action_id: 'member',
          ...(userId !== undefined && { initial_user: userId }),
        },
      },
      {
        type: 'input',
        block_id: 'confirmation',
        label: plain('Name of the organization'),
        hint: plain(`To confirm, type its name exactly as it is: ${name}`),
        element: { type: 'plain_text_input', action_id: 'confirmation' },
      },
    ],
  };
}

export function transferredModal(name: string): ModalView {
  return {
    type: 'modal',
    title: plain('Transfer ownership'),
    close: plain('Done'),
    blocks: [
      {
        type: 'section',
        text: mrkdwn(`*${escapeText(name)}* is the Owner now, and has been told. You are an Admin.`),
      },
    ],
  };
}
