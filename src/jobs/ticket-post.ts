import type { Context } from '../domain/context.ts';
import { record } from '../domain/record.ts';
import { postInChannel } from '../domain/tickets/channel/post-effects.ts';
import { findSupportChannel } from '../domain/tickets/channel/support-channel.ts';
import { defineJob } from './job.ts';

/** Has a new ticket posted in its turn; where it cannot be posted yet it waits, and tickets.release comes back for it. */
export const ticketPost = defineJob<'ticket.post', Context>('ticket.post', {
  queue: 'events',
  run: async (context, { ticketId }) => {
    const channel = await findSupportChannel(context, ticketId);
    if (channel) await record(context.database, context, [], [postInChannel(channel)]);
  },
});
