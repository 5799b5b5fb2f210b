import type { KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import type { Field, PreparedChange } from '../../domain/tickets/prepare-change.ts';
import { priorities } from '../../domain/tickets/ticket.ts';
import { plain } from './composition.ts';
import { truncate } from './text.ts';
import { priorityNames, statusNames } from './ticket-words.ts';

/** The choice that takes a ticket out of every category. */
export const NO_CATEGORY = 'none';

/** A note of the form's input; Slack's own limit. */
export const NOTE_LENGTH = 3_000;

const noteHint: KnownBlock = {
  type: 'context',
  elements: [plain('Only your team sees it, in the ticket’s thread.')],
};

const titles: Record<Field, string> = {
  assignee: 'Assign ticket',
  status: 'Change status',
  priority: 'Change priority',
  category: 'Change category',
  note: 'Internal note',
};

/** The form behind a button of a ticket's card. */
export function changeModal(field: Field, prepared: PreparedChange): ModalView {
  const { ticket } = prepared;
  return {
    type: 'modal',
    callback_id: `ticket.${field}`,
    private_metadata: JSON.stringify({ ticketId: ticket.id }),
    title: plain(titles[field]),
    submit: plain('Save'),
    close: plain('Cancel'),
    blocks: [
      { type: 'section', text: plain(`${ticket.number}  ${truncate(ticket.title, 200)}`) },
      inputs[field](prepared),
      ...(field === 'note' ? [noteHint] : []),
    ],
  };
}

const inputs: Record<Field, (prepared: PreparedChange) => KnownBlock> = {
  assignee: ({ ticket: { assignee } }) => ({
    type: 'input',
    block_id: 'assignee',
    label: plain('Assignee'),
    optional: true,
    hint: plain('Somebody with a seat. Leave it empty to give the ticket to nobody.'),
    element: {
      type: 'users_select',
      action_id: 'value',
      ...(assignee && { initial_user: assignee.userId }),
    },
  }),
  status: ({ ticket, statuses }) =>
    select(
      'status',
      'Status',
      statuses.map((value) => option(value, statusNames[value])),
      ticket.status,
    ),
  priority: ({ ticket }) =>
    select(
      'priority',
      'Priority',
      priorities.map((value) => option(value, priorityNames[value])),
      ticket.priority,
    ),
  category: ({ ticket, categories }) =>
    select(
      'category',
      'Category',
      [option(NO_CATEGORY, 'No category'), ...categories.map(({ id, name }) => option(id, name))],
      ticket.category?.id ?? NO_CATEGORY,
    ),
  note: () => ({
    type: 'input',
    block_id: 'note',
    label: plain('Note'),
    element: { type: 'plain_text_input', action_id: 'value', multiline: true, max_length: NOTE_LENGTH },
  }),
};

function option(value: string, text: string): PlainTextOption {
  return { value, text: plain(truncate(text, 75)) };
}

function select(field: string, label: string, options: PlainTextOption[], chosen: string): KnownBlock {
  const initial = options.find(({ value }) => value === chosen);
  return {
    type: 'input',
    block_id: field,
    label: plain(label),
    element: {
      type: 'static_select',
      action_id: 'value',
      options,
      ...(initial && { initial_option: initial }),
    },
  };
}
