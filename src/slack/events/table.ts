import type { EventListeners } from '../listener.ts';
import { homeEvents } from './app-home-opened.ts';
import { channelEvents } from './channel.ts';
import { installationEvents } from './installation.ts';
import { threadEvents } from './thread-message.ts';
import { personEvents } from './user-change.ts';

/** The events that the manifest subscribes to, apart from the rest of the list so that a worker loads only these. */
export const events: EventListeners = {
  ...homeEvents,
  ...installationEvents,
  ...personEvents,
  ...channelEvents,
  ...threadEvents,
};
