import type { Context } from '../domain/context.ts';
import { effect } from '../domain/effects.ts';
import { isAheadOfTurn } from '../domain/intake/wait-for-turn.ts';
import { record } from '../domain/record.ts';
import { handleStoredSlackEvent } from '../slack/events/stored-event.ts';
import { defineJob } from './job.ts';

/** As long an event waits until it looks again whether it is its turn, in milliseconds. */
const TURN_MS = 250;

/**
 * Handles a Slack event that was stored on arrival, behind those of the same thread that happened before it and are here; stored
 * bodies make it safe to try as often as it takes.
 */
export const slackEvent = defineJob<'slack.event', Context>('slack.event', {
  queue: 'events',
  run: async (context, { key }, { log }) => {
    if (!(await isAheadOfTurn(context, key))) return handleStoredSlackEvent(context, key, log);
    const availableAt = new Date(context.now().getTime() + TURN_MS);
    await record(context.database, context, [], [effect('slack.event', { key }, { availableAt })]);
  },
});
