import { listDomains } from '../../domain/domains/list-domains.ts';
import { mayNow } from '../../domain/permissions.ts';
import { permitSecretKey } from '../../domain/plugin/keys/create-secret-key.ts';
import { openKeys } from '../../domain/plugin/keys/open-keys.ts';
import { revokeSecretKey } from '../../domain/plugin/keys/revoke-secret-key.ts';
import { rotatePublishableKey } from '../../domain/plugin/keys/rotate-publishable-key.ts';
import { domainsModal } from '../blocks/domains.ts';
import { type PluginShown, pluginModal, rotatedText } from '../blocks/plugin.ts';
import { revokedText, secretKeyForm } from '../blocks/secret-keys.ts';
import type { ActionInteraction, CommandInteraction, Interaction, Listener } from '../listener.ts';
import { unlessGone } from '../slack-error.ts';

export const pluginActions: Record<string, Listener<ActionInteraction>> = {
  'plugin.open': { handle: openPlugin },

  'plugin.domains': {
    handle: async ({ context, actor, client, triggerId, ack }) => {
      const domains = await listDomains(context, actor);
      await ack();
      const view = domainsModal(domains, actor, { page: 0, added: 0 });
      await unlessGone(client.views.push({ trigger_id: triggerId, view }));
    },
  },

  // The value is the key that the person saw, so that a double press rotates once.
  'plugin.rotate': {
    once: true,
    handle: async (interaction) => {
      const { context, actor, view, value: keyId = '' } = interaction;
      const rotated = await rotatePublishableKey(context, actor, { keyId });
      await interaction.ack();
      await showPlugin(interaction, view?.id, rotatedText(rotated));
    },
  },

  'plugin.new-secret': {
    handle: async ({ actor, client, triggerId, ack }) => {
      permitSecretKey(actor);
      await ack();
      await unlessGone(client.views.push({ trigger_id: triggerId, view: secretKeyForm }));
    },
  },

  'plugin.revoke': {
    once: true,
    handle: async (interaction) => {
      const { context, actor, view, value: keyId = '' } = interaction;
      const revoked = await revokeSecretKey(context, actor, { keyId });
      await interaction.ack();
      await showPlugin(interaction, view?.id, revokedText(revoked));
    },
  },
};

export async function openPlugin(interaction: CommandInteraction | ActionInteraction): Promise<void> {
  const { client, triggerId } = interaction;
  const shown = await readPlugin(interaction);
  await interaction.ack();
  await client.views.open({ trigger_id: triggerId, view: pluginModal(shown) });
}

/** Shows everything as it is now in the modal that has it. */
export async function showPlugin(
  interaction: Interaction,
  viewId: string | undefined,
  done: string,
): Promise<void> {
  if (viewId === undefined) return;
  const view = pluginModal(await readPlugin(interaction), done);
  // Without the view's hash: what is read now is newer than whatever the modal shows.
  await unlessGone(interaction.client.views.update({ view_id: viewId, view }));
}

async function readPlugin({ context, actor, questions }: Interaction): Promise<PluginShown> {
  const keys = await openKeys(context, actor);
  const mayMake = actor.kind === 'member' && mayNow(actor, 'settings.manage');
  return { keys, domains: await listDomains(context, actor), mayMake, publicUrl: questions.publicUrl };
}
