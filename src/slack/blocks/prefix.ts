import type { KnownBlock, ModalView } from '@slack/types';
import type { PrefixChanged } from '../../domain/organizations/change-prefix.ts';
import type { PrefixPreview } from '../../domain/organizations/show-prefix.ts';
import { PREFIX_LENGTH } from '../../domain/organizations/ticket-number.ts';
import { mrkdwn, plain } from './composition.ts';

/** What the modal says under the input: the next ticket's number, or why this is no prefix. */
export type Preview = PrefixPreview | { sentence: string };

export function prefixModal(current: string, preview: Preview): ModalView {
  return {
    type: 'modal',
    callback_id: 'prefix.submit',
    title: plain('Ticket prefix'),
    submit: plain('Save'),
    close: plain('Cancel'),
    blocks: [
      prefixInput(current),
      { type: 'section', block_id: 'preview', text: mrkdwn(previewText(preview)) },
    ],
  };
}

/** For the command and for the modal after saving. */
export function prefixChangedText({ prefix, changed, next }: PrefixChanged): string {
  const what = changed
    ? `The ticket prefix is *${prefix}* now.`
    : `The ticket prefix is *${prefix}* already.`;
  return `${what} The next ticket is *${next}*. Existing tickets keep their numbers.`;
}

export function prefixShownText({
  current,
  next,
  mayChange,
}: PrefixPreview & { mayChange: boolean }): string {
  const how = mayChange ? '' : ' The Owner and Admins can change it.';
  return `The ticket prefix is *${current}*. The next ticket is *${next}*.${how}`;
}

export function prefixSavedModal(outcome: PrefixChanged): ModalView {
  return {
    type: 'modal',
    title: plain('Ticket prefix'),
    close: plain('Done'),
    blocks: [{ type: 'section', text: mrkdwn(prefixChangedText(outcome)) }],
  };
}

/** Its ids never change: Slack then keeps what was typed when the preview below is updated. */
function prefixInput(current: string): KnownBlock {
  return {
    type: 'input',
    block_id: 'prefix',
    dispatch_action: true,
    label: plain('Prefix'),
    hint: plain(
      '1 to 10 letters and digits, a letter first. New tickets use it; existing numbers never change.',
    ),
    element: {
      type: 'plain_text_input',
      action_id: 'prefix.typed',
      initial_value: current,
      max_length: PREFIX_LENGTH,
      dispatch_action_config: { trigger_actions_on: ['on_character_entered', 'on_enter_pressed'] },
    },
  };
}

function previewText(preview: Preview): string {
  if ('sentence' in preview) return preview.sentence;
  const { prefix, next, current } = preview;
  return prefix === current
    ? `*${current}* is the present prefix. The next ticket is *${next}*.`
    : `With *${prefix}* the next ticket is *${next}*.`;
}
