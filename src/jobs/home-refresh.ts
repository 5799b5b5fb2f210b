import type { Context } from '../domain/context.ts';
import { refreshHomes } from '../domain/organizations/refresh-homes.ts';
import { defineJob } from './job.ts';

/** Spreads a change to everybody's App Home, each a job of its own: what fails for one is tried again for one. */
export const homeRefresh = defineJob<'home.refresh', Context>('home.refresh', {
  queue: 'events',
  run: async (context, { teamId }, { log }) => {
    const homes = await refreshHomes(context, { teamId });
    log.debug({ teamId, homes }, 'The App Homes are to be published again.');
  },
});
