import type { ModalView, Overflow } from '@slack/types';
import type { TicketCard } from '../../domain/tickets/find-ticket.ts';
import { mrkdwn, plain } from './composition.ts';
import { truncate } from './text.ts';

/**
 * What is seldom done with a ticket, and not by everybody; on its card and where it is shown to one person. An option's value
 * says what it does with which ticket.
 */
export function moreMenu({ id }: Pick<TicketCard, 'id'>): Overflow {
  const option = (choice: string, text: string) => ({ text: plain(text), value: `${choice}:${id}` });
  return {
    type: 'overflow',
    action_id: 'ticket.more',
    options: [option('merge', 'Merge into…'), option('delete', 'Delete…')],
  };
}

export function mergeModal(ticket: TicketCard): ModalView {
  return {
    type: 'modal',
    callback_id: 'ticket.merge',
    private_metadata: JSON.stringify({ ticketId: ticket.id }),
    title: plain('Merge ticket'),
    submit: plain('Merge'),
    close: plain('Cancel'),
    blocks: [
      heading(ticket),
      {
        type: 'section',
        text: mrkdwn(
          'It is closed as a duplicate and keeps its number and thread. What the customer answers to it from then on appears in the other ticket, and whoever has the link to that one reads it there. Reopening it undoes the merge.',
        ),
      },
      {
        type: 'input',
        block_id: 'into',
        label: plain('Merge into'),
        hint: plain('The number of another ticket of the same requester, like TKT-012.'),
        element: { type: 'plain_text_input', action_id: 'value', max_length: 30 },
      },
    ],
  };
}

export function deleteModal(ticket: TicketCard): ModalView {
  return {
    type: 'modal',
    callback_id: 'ticket.delete',
    private_metadata: JSON.stringify({ ticketId: ticket.id }),
    title: plain('Delete ticket'),
    submit: plain('Delete'),
    close: plain('Cancel'),
    blocks: [
      heading(ticket),
      {
        type: 'section',
        text: mrkdwn(
          [
            'Its messages, internal notes and files are deleted for good, and what waits to be mailed is not sent. The customer’s link opens nothing any more. Nobody can bring it back, and its number is not given again.',
            'Its message in the channel is deleted too. *What else stands in its thread stays in Slack*, where everybody can delete what they wrote, and Slack’s own admins all of it.',
          ].join('\n\n'),
        ),
      },
      {
        type: 'input',
        block_id: 'confirmation',
        label: plain('Number of the ticket'),
        hint: plain(`To confirm, type its number: ${ticket.number}`),
        element: { type: 'plain_text_input', action_id: 'value', max_length: 30 },
      },
    ],
  };
}

function heading({ number, title }: TicketCard) {
  return { type: 'section' as const, text: plain(`${number}  ${truncate(title, 200)}`) };
}
