import { openTransfer } from '../actions/transfer.ts';
import { offerToWhoMay } from './offer.ts';
import type { Subcommands } from './route.ts';

export const transferCommands: Subcommands = {
  transfer: {
    summary: 'Makes another member the Owner, after a confirmation.',
    usage: '@user',
    offeredTo: offerToWhoMay('organization.transfer'),
    handle: (interaction) => openTransfer(interaction, mentioned(interaction.text)),
  },
};

/** Slack writes a mention as `<@U…>`. Other words leave the choice to the form. */
function mentioned(text: string): { userId?: string } {
  const userId = /^<@([UW][A-Z0-9]+)>$/.exec(text)?.[1];
  return userId === undefined ? {} : { userId };
}
