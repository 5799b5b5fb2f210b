import { handleStoredSlackEvent } from '../slack/events/stored-event.ts';
import { defineJob } from './job.ts';

/** Handles a Slack event that was stored on arrival; stored bodies make it safe to try as often as it takes. */
export const slackEvent = defineJob('slack.event', {
  queue: 'events',
  run: (context, { key }, { log }) => handleStoredSlackEvent(context, key, log),
});
