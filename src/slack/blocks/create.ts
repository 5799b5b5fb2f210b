import type { KnownBlock, ModalView } from '@slack/types';
import { DESCRIPTION_LENGTH, NAME_LENGTH } from '../../domain/organizations/words.ts';
import { mrkdwn, plain } from './composition.ts';
import { logoInput } from './logo.ts';
import { escapeText } from './text.ts';

/**
 * A character may take two of the units that JavaScript counts in. Should Slack count them too, what is stored must still
 * fit into the input that shows it; the limit itself is the operation's to say.
 */
const UNITS = 2;

export function createModal(): ModalView {
  return {
    type: 'modal',
    callback_id: 'create.submit',
    title: plain('Create organization'),
    submit: plain('Create'),
    close: plain('Cancel'),
    blocks: [nameInput(), descriptionInput(), logoInput('Logo')],
  };
}

/** After creation: what comes next. */
export function createdModal(name: string, { logo }: { logo: boolean }): ModalView {
  const lines = [
    `*${escapeText(name)}* is created, and you are its Owner.`,
    ...(logo ? ['The logo is being checked; it appears in a moment.'] : []),
    'Next, buy seats with `/org seats`, then invite your people with `/org invite`. The Home tab shows everything at a glance.',
  ];
  return {
    type: 'modal',
    title: plain('Organization created'),
    close: plain('Done'),
    blocks: [{ type: 'section', text: mrkdwn(lines.join('\n\n')) }],
  };
}

export function nameInput(initial?: string): KnownBlock {
  return {
    type: 'input',
    block_id: 'name',
    label: plain('Name'),
    element: {
      type: 'plain_text_input',
      action_id: 'name',
      min_length: 1,
      max_length: UNITS * NAME_LENGTH,
      ...(initial !== undefined && { initial_value: initial }),
    },
  };
}

export function descriptionInput(initial?: string): KnownBlock {
  return {
    type: 'input',
    block_id: 'description',
    optional: true,
    label: plain('Description'),
    hint: plain('People whom you invite read it before they accept.'),
    element: {
      type: 'plain_text_input',
      action_id: 'description',
      multiline: true,
      max_length: UNITS * DESCRIPTION_LENGTH,
      ...(initial !== undefined && { initial_value: initial }),
    },
  };
}
