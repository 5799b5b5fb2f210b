import { permitBilling } from '../../domain/billing/permit-billing.ts';
import { askForPortal } from '../actions/billing.ts';
import { portalReply } from '../blocks/billing.ts';
import { escapeText } from '../blocks/text.ts';
import { offerToWhoMay } from './offer.ts';
import type { Subcommands } from './route.ts';

export const billingCommands: Subcommands = {
  billing: {
    summary: 'Opens Stripe’s billing portal: invoices, card, cancellation.',
    offeredTo: offerToWhoMay('billing.manage'),
    handle: async (interaction) => {
      const { organizationId } = permitBilling(interaction.actor);
      await interaction.ack();
      const answer = await askForPortal(interaction, organizationId);
      await interaction.respond(
        'url' in answer ? portalReply(answer.url) : { text: escapeText(answer.sentence) },
      );
    },
  },
};
