import type { Button, KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import type { ListedTicket } from '../../domain/tickets/list-tickets.ts';
import type { TicketListing } from '../../domain/tickets/show-list.ts';
import { priorities, statuses } from '../../domain/tickets/ticket.ts';
import { button, mrkdwn, plain } from './composition.ts';
import { escapeText, truncate } from './text.ts';
import { ticketLink } from './ticket-opened.ts';
import { priorityNames, statusNames } from './ticket-words.ts';
import { moment } from './time.ts';

/** The choice that is no filter. */
export const ANY = 'any';

/** The list of tickets under its filters. Their ids never change: Slack then keeps what was chosen and typed. */
export function ticketsModal({ page, filter, categories, people, teamId }: TicketListing): ModalView {
  const { tickets, newer, older } = page;
  return {
    type: 'modal',
    callback_id: 'tickets.search',
    title: plain('Tickets'),
    submit: plain('Search'),
    close: plain('Close'),
    blocks: [
      {
        type: 'actions',
        block_id: 'filters',
        elements: [
          select('tickets.status', 'Any status', statusOptions, filter.status),
          select('tickets.priority', 'Any priority', priorityOptions, filter.priority),
          select('tickets.category', 'Any category', categoryOptions(categories), filter.category),
          select('tickets.assignee', 'Anybody’s', assigneeOptions(people), filter.assignee),
        ],
      },
      textInput(filter.text),
      { type: 'divider' },
      ...(tickets.length === 0 ? [nothing] : tickets.map((ticket) => row(ticket, teamId))),
      ...paging(newer, older),
    ],
  };
}

const statusOptions = statuses.map((status) => option(statusNames[status], status));
const priorityOptions = priorities.map((priority) => option(priorityNames[priority], priority));

function categoryOptions(categories: TicketListing['categories']): PlainTextOption[] {
  return [option('No category', 'none'), ...categories.map(({ id, name }) => option(name, id))];
}

function assigneeOptions(people: TicketListing['people']): PlainTextOption[] {
  return [option('Nobody’s', 'none'), ...people.map(({ userId, name }) => option(name, userId))];
}

function option(text: string, value: string): PlainTextOption {
  return { text: plain(truncate(text, 75)), value };
}

function select(actionId: string, any: string, options: PlainTextOption[], chosen: string | undefined) {
  const all = [option(any, ANY), ...options];
  const initial = all.find(({ value }) => value === chosen) ?? all[0];
  return {
    type: 'static_select' as const,
    action_id: actionId,
    options: all,
    ...(initial && { initial_option: initial }),
  };
}

function textInput(text: string | undefined): KnownBlock {
  return {
    type: 'input',
    block_id: 'text',
    optional: true,
    dispatch_action: true,
    label: plain('Search'),
    hint: plain('Words of the title, a ticket’s number, or the requester’s e-mail address.'),
    element: {
      type: 'plain_text_input',
      action_id: 'tickets.text',
      max_length: 300,
      ...(text && { initial_value: text }),
      dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] },
    },
  };
}

const nothing: KnownBlock = { type: 'section', text: plain('There is no such ticket.') };

function row(ticket: ListedTicket, teamId: string): KnownBlock {
  const { title, status, priority, requesterName, categoryName, assigneeUserId, activeAt } = ticket;
  const facts = [
    statusNames[status],
    priorityNames[priority],
    escapeText(truncate(requesterName, 80)),
    ...(categoryName === null ? [] : [escapeText(categoryName)]),
    assigneeUserId === null ? 'nobody’s' : `<@${assigneeUserId}>`,
    moment(activeAt),
  ];
  const name = ticketLink({ teamId, ...ticket });
  return { type: 'section', text: mrkdwn(`${name}  ${escapeText(title)}\n${facts.join(' · ')}`) };
}

function paging(newer: string | null, older: string | null): KnownBlock[] {
  const elements: Button[] = [
    ...(newer === null
      ? []
      : [button('tickets.newer', 'Previous', { label: 'Previous page', value: newer })]),
    ...(older === null ? [] : [button('tickets.older', 'Next', { label: 'Next page', value: older })]),
  ];
  return elements.length === 0 ? [] : [{ type: 'actions', block_id: 'paging', elements }];
}
