import { readSupportChannel } from '../../domain/tickets/channel/choose-channel.ts';
import { channelModal } from '../blocks/channel.ts';
import type { ActionInteraction, CommandInteraction, Listener } from '../listener.ts';

export const channelActions: Record<string, Listener<ActionInteraction>> = {
  'channel.open': { handle: openChannel },
};

export async function openChannel(interaction: CommandInteraction | ActionInteraction): Promise<void> {
  const { context, actor, client, triggerId } = interaction;
  const shown = await readSupportChannel(context, actor);
  await interaction.ack();
  await client.views.open({ trigger_id: triggerId, view: channelModal(shown) });
}
