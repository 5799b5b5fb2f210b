import { z } from 'zod';
import { deleteTicket } from '../../domain/tickets/deletion/delete-ticket.ts';
import { mergeTicket } from '../../domain/tickets/merge/merge-ticket.ts';
import type { Listener, ViewInteraction } from '../listener.ts';
import { readText } from './inputs.ts';
import { parseJson } from './place.ts';

const metadataSchema = z.object({ ticketId: z.string() });

/** The ticket that the form is about; none where somebody wrote something else into it. */
function ticketOf({ view }: ViewInteraction): string {
  return metadataSchema.safeParse(parseJson(view.metadata)).data?.ticketId ?? '';
}

/** The forms behind the menu of a ticket; a refusal stands on the form. */
export const ticketMoreViews: Record<string, Listener<ViewInteraction>> = {
  'ticket.merge': {
    once: true,
    handle: async (interaction) => {
      const { context, actor, state, ack } = interaction;
      const into = readText(state, 'into');
      await mergeTicket(context, actor, { ticketId: ticketOf(interaction), into });
      await ack();
    },
  },
  'ticket.delete': {
    once: true,
    handle: async (interaction) => {
      const { context, actor, state, ack } = interaction;
      const confirmation = readText(state, 'confirmation');
      await deleteTicket(context, actor, { ticketId: ticketOf(interaction), confirmation });
      await ack();
    },
  },
};
