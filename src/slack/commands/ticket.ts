import { mayNow } from '../../domain/permissions.ts';
import { findTicket } from '../../domain/tickets/find-ticket.ts';
import { readTicketNumber, TITLE_LENGTH } from '../../domain/tickets/ticket.ts';
import { openTicketForm, openTickets } from '../actions/tickets.ts';
import { truncate } from '../blocks/text.ts';
import { ticketShown } from '../blocks/ticket-shown.ts';
import type { CommandInteraction, Listener } from '../listener.ts';
import type { Subcommands } from './route.ts';

/** What follows `/ticket`. */
export const ticketCommands: Subcommands = {
  new: {
    summary: 'Opens the form of a new ticket, for yourself or for a customer.',
    usage: '[title]',
    offeredTo: ({ kind }) => kind === 'member',
    handle: (interaction) =>
      openTicketForm(interaction, { title: truncate(interaction.text.split('\n')[0] ?? '', TITLE_LENGTH) }),
  },
  list: {
    summary: 'Lists tickets by status, priority, category and assignee, and searches them.',
    offeredTo: ({ kind }) => kind === 'member',
    handle: openTickets,
  },
  show: {
    summary: 'Shows a ticket, with the way to its thread; without the word `show` too.',
    usage: 'TKT-041',
    offeredTo: ({ kind }) => kind === 'member',
    handle: show,
  },
};

/** `/ticket TKT-041`. */
export function ticketByNumber(text: string): Listener<CommandInteraction> | undefined {
  return readTicketNumber(text) === undefined ? undefined : { handle: show };
}

async function show({ context, actor, text, ack }: CommandInteraction): Promise<void> {
  const mayManage = actor.kind === 'member' && mayNow(actor, 'tickets.delete');
  await ack(ticketShown(await findTicket(context, actor, text), { mayManage }));
}
