import { readMessage } from '../../domain/tickets/read-message.ts';
import { openTicketForm } from '../actions/tickets.ts';
import type { Listener, ShortcutInteraction } from '../listener.ts';

export const ticketShortcuts: Record<string, Listener<ShortcutInteraction>> = {
  'ticket.new': { handle: (interaction) => openTicketForm(interaction) },

  'ticket.from-message': {
    handle: async (interaction) => {
      const { context, actor, message } = interaction;
      if (message === undefined) return openTicketForm(interaction);
      const { text, ...at } = message;
      const draft = await readMessage(context, { teamId: actor.teamId, text });
      await openTicketForm(interaction, { ...draft, message: at });
    },
  },
};
