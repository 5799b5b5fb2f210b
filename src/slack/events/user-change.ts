import { followPerson } from '../../domain/members/follow-person.ts';
import { readSlackUser } from '../../domain/members/slack-profile.ts';
import type { EventListeners } from '../listener.ts';

export const personEvents: EventListeners = {
  user_change: {
    handle: ({ context, teamId, at, event }) =>
      followPerson(context, teamId, readSlackUser(event.user, teamId), at),
  },
};
