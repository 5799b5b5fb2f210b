import { addDomain } from '../../domain/domains/add-domain.ts';
import { openDomains } from '../actions/domains.ts';
import { domainAddedText } from '../blocks/domains.ts';
import { offerToWhoMay } from './offer.ts';
import type { Subcommands } from './route.ts';

export const domainsCommands: Subcommands = {
  domains: {
    summary: 'Shows the websites that may submit tickets and take payments, or adds one.',
    usage: '[add DOMAIN]',
    offeredTo: offerToWhoMay('settings.manage'),
    once: true,
    handle: async (interaction) => {
      const website = /^add\s+(.+)$/is.exec(interaction.text)?.[1];
      if (website === undefined) return openDomains(interaction);
      const { context, actor, questions, ack } = interaction;
      const { host } = await addDomain(context, actor, { website }, questions.websites);
      await ack({ text: domainAddedText(host) });
    },
  },
};
