import type { KnownBlock } from '@slack/types';
import { plain } from './composition.ts';

/** Where a logo is handed in; its content is checked after it was fetched from Slack. */
export function logoInput(label: string): KnownBlock {
  return {
    type: 'input',
    block_id: 'logo',
    optional: true,
    label: plain(label),
    hint: plain(
      'PNG, JPEG or WebP; at most 1 MB and 2048 pixels a side. Inside Slack a WebP is only linked.',
    ),
    element: {
      type: 'file_input',
      action_id: 'logo',
      filetypes: ['png', 'jpg', 'jpeg', 'webp'],
      max_files: 1,
    },
  };
}
