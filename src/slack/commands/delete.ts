import { openDeletion } from '../actions/deletion.ts';
import { offerToWhoMay } from './offer.ts';
import type { Subcommands } from './route.ts';

export const deleteCommands: Subcommands = {
  delete: {
    summary: 'Deletes the organization, after a confirmation and 7 days; until then it undoes that.',
    offeredTo: offerToWhoMay('organization.delete'),
    handle: openDeletion,
  },
};
