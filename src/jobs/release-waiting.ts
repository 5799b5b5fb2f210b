import type { Context } from '../domain/context.ts';
import { ticketsRelease } from '../domain/effects.ts';
import { record } from '../domain/record.ts';
import { listReleasable } from '../domain/tickets/channel/release.ts';
import type { Schedule } from './schedules.ts';

/**
 * Looks for tickets and messages that wait though they could be posted: seats were bought again, the app was installed again,
 * an effect was given up in a long outage.
 */
export const releaseWaiting: Schedule<Context> = {
  every: 60,
  async run(context) {
    let after: string | null = null;
    do {
      const { organizationIds, last }: Awaited<ReturnType<typeof listReleasable>> = await listReleasable(
        context,
        after,
      );
      await record(context.database, context, [], organizationIds.map(ticketsRelease));
      after = last;
    } while (after !== null);
  },
};
