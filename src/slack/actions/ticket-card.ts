import { claimTicket } from '../../domain/tickets/assign-ticket.ts';
import { retryMail } from '../../domain/tickets/mail/retry-mail.ts';
import { type Field, prepareChange } from '../../domain/tickets/prepare-change.ts';
import { changeModal } from '../blocks/ticket-change.ts';
import type { ActionInteraction, Listener } from '../listener.ts';

/** Opens the form of one field of the ticket that the button names. */
function open(field: Field): Listener<ActionInteraction> {
  return {
    handle: async ({ context, actor, client, triggerId, value: ticketId = '', ack }) => {
      const prepared = await prepareChange(context, actor, { ticketId, field });
      await ack();
      await client.views.open({ trigger_id: triggerId, view: changeModal(field, prepared) });
    },
  };
}

/** The buttons of a ticket's card, and of a reply whose e-mail failed. The card itself follows by a job. */
export const ticketCardActions: Record<string, Listener<ActionInteraction>> = {
  'ticket.claim': {
    once: true,
    handle: async ({ context, actor, value: ticketId = '', ack, respond }) => {
      const { number, changed } = await claimTicket(context, actor, { ticketId });
      await ack();
      if (!changed) await respond({ text: `${number} is yours already.` });
    },
  },
  'ticket.assign': open('assignee'),
  'ticket.status': open('status'),
  'ticket.priority': open('priority'),
  'ticket.category': open('category'),
  'ticket.note': open('note'),
  'ticket.mail-again': {
    once: true,
    handle: async ({ context, actor, value: messageId = '', ack }) => {
      await retryMail(context, actor, { messageId });
      await ack();
    },
  },
};
