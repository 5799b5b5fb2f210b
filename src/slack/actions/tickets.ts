import { prepareOpening } from '../../domain/tickets/prepare-opening.ts';
import { showList } from '../../domain/tickets/show-list.ts';
import { type TicketDraft, ticketModal } from '../blocks/ticket-form.ts';
import { ticketsModal } from '../blocks/tickets-list.ts';
import type { ActionInteraction, CommandInteraction, Listener, ShortcutInteraction } from '../listener.ts';
import { unlessGone } from '../slack-error.ts';
import { readFilter } from '../views/ticket-filter.ts';

const search: Listener<ActionInteraction> = { handle: (interaction) => showTickets(interaction) };
const turnPage: Listener<ActionInteraction> = {
  handle: (interaction) => showTickets(interaction, interaction.value),
};

/** The list of tickets and the form of a new one, from wherever they are opened. */
export const ticketsActions: Record<string, Listener<ActionInteraction>> = {
  'tickets.open': { handle: openTickets },
  'tickets.new': { handle: (interaction) => openTicketForm(interaction) },
  'tickets.status': search,
  'tickets.priority': search,
  'tickets.category': search,
  'tickets.assignee': search,
  'tickets.text': search,
  'tickets.newer': turnPage,
  'tickets.older': turnPage,
};

/** The open ones first: they are what there is to do. */
export async function openTickets(interaction: CommandInteraction | ActionInteraction): Promise<void> {
  const { context, actor, client, triggerId } = interaction;
  const listing = await showList(context, actor, { status: 'open' });
  await interaction.ack();
  await client.views.open({ trigger_id: triggerId, view: ticketsModal(listing) });
}

export async function openTicketForm(
  interaction: CommandInteraction | ActionInteraction | ShortcutInteraction,
  draft: TicketDraft = {},
): Promise<void> {
  const { context, actor, client, triggerId } = interaction;
  const { categories } = await prepareOpening(context, actor);
  await interaction.ack();
  await client.views.open({ trigger_id: triggerId, view: ticketModal(categories, draft) });
}

/** Shows in the modal that has the list what its filters ask for now. */
async function showTickets(
  { context, actor, client, view, state, ack }: ActionInteraction,
  page?: string,
): Promise<void> {
  const listing = await showList(context, actor, {
    ...readFilter(state),
    ...(page !== undefined && { page }),
  });
  await ack();
  if (view) await unlessGone(client.views.update({ view_id: view.id, view: ticketsModal(listing) }));
}
