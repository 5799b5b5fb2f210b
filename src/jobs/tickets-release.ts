import type { Context } from '../domain/context.ts';
import { releaseWaiting } from '../domain/tickets/channel/release.ts';
import { defineJob } from './job.ts';

/** Has what waits in an organization posted, one after the other: its channel, or its seats, are there again. */
export const ticketsRelease = defineJob<'tickets.release', Context>('tickets.release', {
  queue: 'events',
  run: (context, { organizationId }) => releaseWaiting(context, organizationId),
});
