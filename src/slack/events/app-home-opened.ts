import { z } from 'zod';
import { openHome } from '../../domain/members/open-home.ts';
import type { EventListeners } from '../listener.ts';

const opened = z.object({ user: z.string(), tab: z.string() });

export const homeEvents: EventListeners = {
  app_home_opened: {
    handle: async ({ context, teamId, event }) => {
      const { user, tab } = opened.parse(event);
      // The event also tells of the Messages tab.
      if (tab === 'home') await openHome(context, { teamId, userId: user });
    },
  },
};
