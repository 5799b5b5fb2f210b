import { z } from 'zod';
import { removeInstallation } from '../../domain/installations/remove-installation.ts';
import type { EventListeners } from '../listener.ts';

const revoked = z.object({ tokens: z.object({ bot: z.array(z.string()).optional() }) });

/** Both come when the app is removed, in any order, and sometimes only after it was installed again. */
export const installationEvents: EventListeners = {
  app_uninstalled: {
    handle: async ({ context, teamId, at, log }) => {
      if (await removeInstallation(context, { teamId, at })) log.info({ teamId }, 'The app was uninstalled.');
    },
  },
  tokens_revoked: {
    handle: async ({ context, teamId, at, event, log }) => {
      // Tokens are named by the users they act for. We hold none of people, only the bot's.
      const botUserId = revoked.parse(event).tokens.bot ?? [];
      if (botUserId.length === 0) return;
      const stopped = await removeInstallation(context, { teamId, at, botUserId });
      if (stopped) log.info({ teamId }, 'The bot token was revoked.');
    },
  },
};
