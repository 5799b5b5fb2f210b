import { openCreation } from '../actions/create.ts';
import { offerToFounders } from './offer.ts';
import type { Subcommands } from './route.ts';

export const createCommands: Subcommands = {
  create: {
    summary: 'Creates the organization of this workspace, with you as its Owner.',
    offeredTo: offerToFounders,
    handle: openCreation,
  },
};
