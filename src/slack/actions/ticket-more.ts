import { prepareDeletion } from '../../domain/tickets/deletion/prepare-deletion.ts';
import { prepareMerge } from '../../domain/tickets/merge/prepare-merge.ts';
import { deleteModal, mergeModal } from '../blocks/ticket-more.ts';
import type { ActionInteraction, Listener } from '../listener.ts';

/** The menu of a ticket: opens the form of what was chosen. */
export const ticketMoreActions: Record<string, Listener<ActionInteraction>> = {
  'ticket.more': {
    handle: async ({ context, actor, client, triggerId, value = '', ack }) => {
      const [choice, ticketId = ''] = value.split(':');
      const view =
        choice === 'delete'
          ? deleteModal(await prepareDeletion(context, actor, { ticketId }))
          : mergeModal(await prepareMerge(context, actor, { ticketId }));
      await ack();
      await client.views.open({ trigger_id: triggerId, view });
    },
  },
};
