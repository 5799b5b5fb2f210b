import { z } from 'zod';
import { asRefusal, Refusal } from '../../domain/errors.ts';
import { openTicket } from '../../domain/tickets/open-ticket.ts';
import { showList } from '../../domain/tickets/show-list.ts';
import { messageLink } from '../blocks/message-link.ts';
import { descriptionBlock, formSentModal, MOST_PARTS, ticketOpenedModal } from '../blocks/ticket-form.ts';
import { ticketsModal } from '../blocks/tickets-list.ts';
import type { Listener, ViewInteraction, ViewState } from '../listener.ts';
import { readChoice, readText } from './inputs.ts';
import { parseJson } from './place.ts';
import { readFilter } from './ticket-filter.ts';

const timestamp = z.string().regex(/^\d{1,12}\.\d{1,8}$/);
const messageSchema = z.object({
  channelId: z.string().regex(/^[CDG][A-Z0-9]{2,30}$/),
  ts: timestamp,
  threadTs: timestamp,
});

export const ticketsViews: Record<string, Listener<ViewInteraction>> = {
  'ticket.open': {
    once: true,
    handle: async ({ context, actor, view, state, ack }) => {
      const message = messageSchema.safeParse(parseJson(view.metadata)).data;
      const category = readChoice(state, 'category');
      const { teamId } = actor;
      const opened = await openTicket(context, actor, {
        title: readText(state, 'title'),
        description: readDescription(state),
        priority: readChoice(state, 'priority') || 'normal',
        ...(category !== '' && { categoryId: category }),
        requester: { name: readText(state, 'name'), email: readText(state, 'email') },
        ...(message && {
          permalink: messageLink({ teamId, ...message }),
          thread: { channelId: message.channelId, ts: message.ts, threadTs: message.threadTs },
        }),
        onceKey: `form:${view.id}`,
      }).catch(asRefusal);
      if (!(opened instanceof Refusal)) return ack({ update: ticketOpenedModal(opened.number) });
      if (opened.code !== 'form_sent') throw opened;
      await ack({ update: formSentModal(opened.message) });
    },
  },

  'tickets.search': {
    handle: async ({ context, actor, state, ack }) => {
      await ack({ update: ticketsModal(await showList(context, actor, readFilter(state))) });
    },
  },
};

function readDescription(state: ViewState): string {
  const parts = Array.from({ length: MOST_PARTS }, (_, part) => readText(state, descriptionBlock(part)));
  return parts.filter((part) => part !== '').join('\n');
}
