import type { KnownBlock, ModalView } from '@slack/types';
import { CATEGORY_LENGTH } from '../../domain/tickets/categories/category-name.ts';
import { type Category, MOST_CATEGORIES } from '../../domain/tickets/categories/list-categories.ts';
import { mrkdwn, plain } from './composition.ts';
import { escapeText } from './text.ts';
import { count } from './words.ts';

/** The categories, with a form that adds one. `added` gives each its own input: Slack keeps what was typed into an old one. */
export function categoriesModal(
  categories: readonly Category[],
  { added, done }: { added: number; done?: string },
): ModalView {
  const full = categories.length >= MOST_CATEGORIES ? ': the list is full' : '';
  return {
    type: 'modal',
    callback_id: 'categories.add',
    private_metadata: JSON.stringify({ added }),
    title: plain('Ticket categories'),
    submit: plain('Add'),
    close: plain('Close'),
    blocks: [
      ...(done === undefined ? [] : [{ type: 'section', text: mrkdwn(done) } as const]),
      nameInput(`category-${added}`),
      { type: 'context', elements: [plain(`${count(categories.length, 'category', 'categories')}${full}.`)] },
      ...categories.map(row),
    ],
  };
}

export function renameCategoryModal({ id, name }: Category): ModalView {
  return {
    type: 'modal',
    callback_id: 'categories.rename',
    private_metadata: JSON.stringify({ categoryId: id }),
    title: plain('Rename category'),
    submit: plain('Save'),
    close: plain('Cancel'),
    blocks: [nameInput('category', name)],
  };
}

export const addedText = ({ name }: Category) => `*${escapeText(name)}* is offered for tickets now.`;
export const renamedText = ({ name }: Category) =>
  `It is *${escapeText(name)}* now, also on the tickets that have it.`;
export const archivedText = ({ name }: Category) =>
  `*${escapeText(name)}* is offered no more. Tickets that have it keep it.`;

function nameInput(actionId: string, initial?: string): KnownBlock {
  return {
    type: 'input',
    block_id: 'category',
    label: plain('Category'),
    element: {
      type: 'plain_text_input',
      action_id: actionId,
      // Slack may count a character as two; the limit itself is the operation's to say.
      max_length: 2 * CATEGORY_LENGTH,
      ...(initial !== undefined && { initial_value: initial }),
    },
  };
}

function row({ id, name }: Category): KnownBlock {
  return {
    type: 'section',
    text: plain(name),
    accessory: {
      type: 'overflow',
      action_id: 'categories.change',
      options: [
        { text: plain('Rename …'), value: `rename:${id}` },
        { text: plain('Archive'), value: `archive:${id}` },
      ],
    },
  };
}
