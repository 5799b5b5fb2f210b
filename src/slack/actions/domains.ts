import { z } from 'zod';
import { listDomains } from '../../domain/domains/list-domains.ts';
import { removeDomain } from '../../domain/domains/remove-domain.ts';
import { switchSubdomains } from '../../domain/domains/switch-subdomains.ts';
import { type DomainsPlace, domainRemovedText, domainsModal, subdomainsText } from '../blocks/domains.ts';
import type { ActionInteraction, CommandInteraction, Listener } from '../listener.ts';
import { unlessGone } from '../slack-error.ts';
import { parseJson } from '../views/place.ts';

const turnPage: Listener<ActionInteraction> = {
  handle: async (interaction) => {
    await interaction.ack();
    await showDomains(interaction, { page: Math.max(0, Math.trunc(Number(interaction.value)) || 0) });
  },
};

export const domainsActions: Record<string, Listener<ActionInteraction>> = {
  'domains.open': { handle: openDomains },
  'domains.previous': turnPage,
  'domains.next': turnPage,

  'domains.remove': {
    once: true,
    handle: async (interaction) => {
      const { context, actor, value: domainId = '' } = interaction;
      const { host } = await removeDomain(context, actor, { domainId });
      await interaction.ack();
      await showDomains(interaction, { done: domainRemovedText(host) });
    },
  },

  // The value says what is wanted, "on:<id>" or "off:<id>", so that a double press ends where one does.
  'domains.subdomains': {
    once: true,
    handle: async (interaction) => {
      const { context, actor, value = '' } = interaction;
      const [, wanted, domainId = ''] = /^(on|off):(.*)$/.exec(value) ?? [];
      const includeSubdomains = wanted === 'on';
      const website = await switchSubdomains(context, actor, { domainId, includeSubdomains });
      await interaction.ack();
      await showDomains(interaction, { done: subdomainsText(website) });
    },
  },
};

export async function openDomains(interaction: CommandInteraction | ActionInteraction): Promise<void> {
  const { context, actor, client, triggerId } = interaction;
  const domains = await listDomains(context, actor);
  await interaction.ack();
  const view = domainsModal(domains, actor, { page: 0, added: 0 });
  await client.views.open({ trigger_id: triggerId, view });
}

const placeSchema = z.object({ page: z.int().min(0), added: z.int().min(0) });

/** Where the modal stands, by its private_metadata; its beginning where that cannot be read. */
export function readPlace(metadata: string | undefined): DomainsPlace {
  return placeSchema.safeParse(parseJson(metadata)).data ?? { page: 0, added: 0 };
}

/** Shows the list as it is now in the modal that has it. */
async function showDomains(
  { context, actor, client, view: shown }: ActionInteraction,
  changed: { page?: number; done?: string },
): Promise<void> {
  if (!shown) return;
  const domains = await listDomains(context, actor);
  const view = domainsModal(domains, actor, { ...readPlace(shown.metadata), ...changed });
  // Without the view's hash: what is read now is newer than whatever the modal shows.
  await unlessGone(client.views.update({ view_id: shown.id, view }));
}
