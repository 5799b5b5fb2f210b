import { rememberPerson } from '../../domain/members/remember-person.ts';
import { readSlackUser } from '../../domain/members/slack-profile.ts';
import type { EventListeners } from '../listener.ts';

export const personEvents: EventListeners = {
  user_change: {
    handle: async ({ context, teamId, at, event }) => {
      const person = readSlackUser(event.user, teamId);
      await rememberPerson(context, teamId, person, at);
    },
  },
};
