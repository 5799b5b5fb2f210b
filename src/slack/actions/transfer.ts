import { prepareTransfer } from '../../domain/members/prepare-transfer.ts';
import { transferModal } from '../blocks/transfer.ts';
import type { ActionInteraction, CommandInteraction, Listener } from '../listener.ts';

export const transferActions: Record<string, Listener<ActionInteraction>> = {
  'transfer.open': { handle: (interaction) => openTransfer(interaction) },
};

/** With `userId`, somebody is chosen already. */
export async function openTransfer(
  interaction: CommandInteraction | ActionInteraction,
  chosen: { userId?: string } = {},
): Promise<void> {
  const { context, actor, client, triggerId } = interaction;
  const { name } = await prepareTransfer(context, actor, chosen);
  await interaction.ack();
  await client.views.open({ trigger_id: triggerId, view: transferModal(name, chosen) });
}
