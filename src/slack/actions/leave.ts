import { prepareLeaving } from '../../domain/members/prepare-leaving.ts';
import { leaveModal } from '../blocks/leave.ts';
import type { ActionInteraction, CommandInteraction, Listener } from '../listener.ts';

export const leaveActions: Record<string, Listener<ActionInteraction>> = {
  'leave.open': { handle: openLeaving },
};

export async function openLeaving(interaction: CommandInteraction | ActionInteraction): Promise<void> {
  const { context, actor, client, triggerId } = interaction;
  const { name } = await prepareLeaving(context, actor);
  await interaction.ack();
  await client.views.open({ trigger_id: triggerId, view: leaveModal(name) });
}
