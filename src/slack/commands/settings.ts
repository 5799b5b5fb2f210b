import { openSettings } from '../actions/settings.ts';
import { offerToWhoMay } from './offer.ts';
import type { Subcommands } from './route.ts';

export const settingsCommands: Subcommands = {
  settings: {
    summary: 'Changes the name, description, logo and join link.',
    offeredTo: offerToWhoMay('settings.manage'),
    handle: openSettings,
  },
};
