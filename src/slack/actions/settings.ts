import { readSettings } from '../../domain/organizations/read-settings.ts';
import { settingsModal } from '../blocks/settings.ts';
import type { ActionInteraction, CommandInteraction, Listener } from '../listener.ts';

export const settingsActions: Record<string, Listener<ActionInteraction>> = {
  'settings.open': { handle: openSettings },
};

export async function openSettings(interaction: CommandInteraction | ActionInteraction): Promise<void> {
  const { context, actor, client, triggerId } = interaction;
  const settings = await readSettings(context, actor);
  await interaction.ack();
  await client.views.open({ trigger_id: triggerId, view: settingsModal(settings) });
}
