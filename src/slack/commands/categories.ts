import { openCategories } from '../actions/categories.ts';
import { offerToWhoMay } from './offer.ts';
import type { Subcommands } from './route.ts';

export const categoriesCommands: Subcommands = {
  categories: {
    summary: 'Adds, renames and archives the categories of tickets.',
    offeredTo: offerToWhoMay('settings.manage'),
    handle: openCategories,
  },
};
