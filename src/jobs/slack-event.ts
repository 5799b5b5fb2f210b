import { setTimeout } from 'node:timers/promises';
import type { Context } from '../domain/context.ts';
import { effect } from '../domain/effects.ts';
import { isAheadOfTurn } from '../domain/intake/wait-for-turn.ts';
import { record } from '../domain/record.ts';
import { handleStoredSlackEvent } from '../slack/events/stored-event.ts';
import { defineJob } from './job.ts';

/** What is being handled at this moment is waited for in place, so often and so long, in milliseconds. */
const LOOKS = 20;
const LOOK_MS = 50;
/** As long an event waits otherwise, in milliseconds, until it looks again. */
const TURN_MS = 250;

/**
 * Handles a Slack event that was stored on arrival, behind those of the same thread that happened before it and are here; stored
 * bodies make it safe to try as often as it takes.
 */
export const slackEvent = defineJob<'slack.event', Context>('slack.event', {
  queue: 'events',
  run: async (context, { key }, { log }) => {
    for (let look = 0; look < LOOKS; look++) {
      if (!(await isAheadOfTurn(context, key))) return handleStoredSlackEvent(context, key, log);
      await setTimeout(LOOK_MS);
    }
    const availableAt = new Date(context.now().getTime() + TURN_MS);
    await record(context.database, context, [], [effect('slack.event', { key }, { availableAt })]);
  },
});
