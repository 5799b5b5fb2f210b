import { openPlugin } from '../actions/plugin.ts';
import { offerToWhoMay } from './offer.ts';
import type { Subcommands } from './route.ts';

export const pluginCommands: Subcommands = {
  plugin: {
    summary: 'Shows what to paste into a website, and the keys of the plugin.',
    offeredTo: offerToWhoMay('keys.withdraw'),
    handle: openPlugin,
  },
};
