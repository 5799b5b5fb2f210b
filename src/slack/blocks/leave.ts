import type { ModalView } from '@slack/types';
import { mrkdwn, plain } from './composition.ts';
import { escapeText } from './text.ts';

/** Asks before somebody gives their own seat back. */
export function leaveModal(name: string): ModalView {
  return {
    type: 'modal',
    callback_id: 'leave.submit',
    title: plain('Leave'),
    submit: plain('Leave'),
    close: plain('Stay'),
    blocks: [
      {
        type: 'section',
        text: mrkdwn(
          `Leave *${escapeText(name)}*? Your seat is free at once, and what you wrote stays. To return, you need a new invite.`,
        ),
      },
    ],
  };
}

export const leftModal: ModalView = {
  type: 'modal',
  title: plain('Leave'),
  close: plain('Done'),
  blocks: [{ type: 'section', text: plain('You have left the organization. Your seat is free.') }],
};
