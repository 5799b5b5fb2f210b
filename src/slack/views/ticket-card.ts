import { z } from 'zod';
import { assignTicket } from '../../domain/tickets/assign-ticket.ts';
import { recordNote } from '../../domain/tickets/say/record-note.ts';
import { setCategory } from '../../domain/tickets/set-category.ts';
import { setPriority } from '../../domain/tickets/set-priority.ts';
import { setStatus } from '../../domain/tickets/set-status.ts';
import { NO_CATEGORY } from '../blocks/ticket-change.ts';
import type { Listener, ViewInteraction } from '../listener.ts';
import { readChoice, readText, readUser } from './inputs.ts';
import { parseJson } from './place.ts';

const metadataSchema = z.object({ ticketId: z.string() });

/** Does one change of the ticket that the form is about, and closes it; a refusal stands on the form. */
function submit(
  change: (interaction: ViewInteraction, ticketId: string) => Promise<unknown>,
): Listener<ViewInteraction> {
  return {
    once: true,
    handle: async (interaction) => {
      const { ticketId = '' } = metadataSchema.safeParse(parseJson(interaction.view.metadata)).data ?? {};
      await change(interaction, ticketId);
      await interaction.ack();
    },
  };
}

/** The forms behind the buttons of a ticket's card. */
export const ticketCardViews: Record<string, Listener<ViewInteraction>> = {
  'ticket.assignee': submit(({ context, actor, state }, ticketId) =>
    assignTicket(context, actor, { ticketId, userId: readUser(state, 'assignee') || null }),
  ),
  'ticket.status': submit(({ context, actor, state }, ticketId) =>
    setStatus(context, actor, { ticketId, status: readChoice(state, 'status') }),
  ),
  'ticket.priority': submit(({ context, actor, state }, ticketId) =>
    setPriority(context, actor, { ticketId, priority: readChoice(state, 'priority') }),
  ),
  'ticket.category': submit(({ context, actor, state }, ticketId) => {
    const chosen = readChoice(state, 'category');
    return setCategory(context, actor, { ticketId, categoryId: chosen === NO_CATEGORY ? null : chosen });
  }),
  'ticket.note': submit(({ context, actor, state }, ticketId) =>
    recordNote(context, actor, { ticketId, text: readText(state, 'note'), slackTs: null }),
  ),
};
