import { openAudit } from '../actions/audit.ts';
import { offerToWhoMay } from './offer.ts';
import type { Subcommands } from './route.ts';

export const auditCommands: Subcommands = {
  audit: {
    summary: 'Shows who changed what, and when.',
    offeredTo: offerToWhoMay('audit.view'),
    handle: openAudit,
  },
};
