import type { KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import { formatNumber } from '../../domain/count.ts';
import type { Category } from '../../domain/tickets/categories/list-categories.ts';
import {
  DESCRIPTION_LENGTH,
  priorities,
  REQUESTER_NAME_LENGTH,
  TITLE_LENGTH,
} from '../../domain/tickets/ticket.ts';
import { mrkdwn, plain } from './composition.ts';
import { escapeText, truncate } from './text.ts';
import { priorityNames } from './ticket-words.ts';

/** A text input takes so much (docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element). */
export const INPUT_LENGTH = 3_000;
/** A long text goes on in further inputs: as many hold a description of 10,000 characters, wherever it has to be cut. */
export const MOST_PARTS = 5;
/** As many are offered for one that is typed. */
const OFFERED_PARTS = Math.ceil(DESCRIPTION_LENGTH / INPUT_LENGTH);

export interface TicketDraft {
  title?: string;
  description?: string;
  /** The message that it is taken from. */
  message?: { channelId: string; ts: string; threadTs: string };
}

/** The form of a new ticket; filled in where it is taken from a message. */
export function ticketModal(categories: readonly Category[], draft: TicketDraft = {}): ModalView {
  const parts = splitText(draft.description ?? '');
  while (parts.length < OFFERED_PARTS) parts.push('');
  return {
    type: 'modal',
    callback_id: 'ticket.open',
    ...(draft.message && { private_metadata: JSON.stringify(draft.message) }),
    title: plain('New ticket'),
    submit: plain('Open ticket'),
    close: plain('Cancel'),
    blocks: [
      titleInput(draft.title),
      ...parts.map(descriptionInput),
      priorityInput,
      ...(categories.length === 0 ? [] : [categoryInput(categories)]),
      nameInput,
      emailInput,
    ],
  };
}

/** Where a description goes on from one input to the next: at a line's end, or at a space, where there is one. */
export function splitText(text: string): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > INPUT_LENGTH && parts.length < MOST_PARTS - 1) {
    const part = rest.slice(0, INPUT_LENGTH);
    const end = Math.max(part.lastIndexOf('\n'), part.lastIndexOf(' '));
    const length = end > INPUT_LENGTH / 2 ? end : part.replace(/[\uD800-\uDBFF]$/, '').length;
    parts.push(rest.slice(0, length));
    rest = rest.slice(end > INPUT_LENGTH / 2 ? length + 1 : length);
  }
  return [...parts, rest.slice(0, INPUT_LENGTH).replace(/[\uD800-\uDBFF]$/, '')];
}

/** The block id of a part of the description: "description", "description-1", … */
export function descriptionBlock(part: number): string {
  return part === 0 ? 'description' : `description-${part}`;
}

function titleInput(title: string | undefined): KnownBlock {
  return {
    type: 'input',
    block_id: 'title',
    label: plain('Title'),
    element: {
      type: 'plain_text_input',
      action_id: 'title',
      min_length: 1,
      // Slack may count a character as two; the limit itself is the operation's to say.
      max_length: 2 * TITLE_LENGTH,
      ...(title && { initial_value: title }),
    },
  };
}

function descriptionInput(text: string, part: number): KnownBlock {
  return {
    type: 'input',
    block_id: descriptionBlock(part),
    label: plain(part === 0 ? 'Description' : 'Description, continued'),
    ...(part > 0 && {
      optional: true,
      hint: plain(`For what does not fit into the ${formatNumber(INPUT_LENGTH)} characters above.`),
    }),
    element: {
      type: 'plain_text_input',
      action_id: descriptionBlock(part),
      multiline: true,
      max_length: INPUT_LENGTH,
      ...(text !== '' && { initial_value: text }),
    },
  };
}

const priorityOptions: PlainTextOption[] = priorities.map((priority) => ({
  text: plain(priorityNames[priority]),
  value: priority,
}));
const normal = priorityOptions.find(({ value }) => value === 'normal');

const priorityInput: KnownBlock = {
  type: 'input',
  block_id: 'priority',
  label: plain('Priority'),
  element: {
    type: 'static_select',
    action_id: 'priority',
    options: priorityOptions,
    ...(normal && { initial_option: normal }),
  },
};

function categoryInput(categories: readonly Category[]): KnownBlock {
  return {
    type: 'input',
    block_id: 'category',
    optional: true,
    label: plain('Category'),
    element: {
      type: 'static_select',
      action_id: 'category',
      options: categories.map(({ id, name }) => ({ text: plain(truncate(name, 75)), value: id })),
    },
  };
}

const nameInput: KnownBlock = {
  type: 'input',
  block_id: 'name',
  optional: true,
  label: plain('Customer’s name'),
  hint: plain('For a customer who told you. Leave this and the address empty where it is about yourself.'),
  element: { type: 'plain_text_input', action_id: 'name', max_length: 2 * REQUESTER_NAME_LENGTH },
};

const emailInput: KnownBlock = {
  type: 'input',
  block_id: 'email',
  optional: true,
  label: plain('Customer’s e-mail address'),
  hint: plain('The title and the description are mailed there at once, the answers later.'),
  element: {
    type: 'plain_text_input',
    action_id: 'email',
    max_length: 1_000,
    placeholder: plain('name@example.com'),
  },
};

/** After it is open. */
export function ticketOpenedModal(number: string): ModalView {
  return openedModal(openedText(number));
}

/** For a form that was sent before: there is no input left on which to say so. */
export function formSentModal(sentence: string): ModalView {
  return openedModal(escapeText(sentence));
}

function openedModal(text: string): ModalView {
  return {
    type: 'modal',
    title: plain('Ticket opened'),
    close: plain('Done'),
    blocks: [{ type: 'section', text: mrkdwn(text) }],
  };
}

function openedText(number: string): string {
  return `*${number}* is open. It appears in the support channel in a moment; \`/ticket ${number}\` shows it at any time.`;
}
