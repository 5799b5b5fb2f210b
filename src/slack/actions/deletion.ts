import { prepareDeletion } from '../../domain/organizations/deletion/prepare-deletion.ts';
import { undoDeletion } from '../../domain/organizations/deletion/undo-deletion.ts';
import { deleteModal, deletionModal, keptModal, keptText } from '../blocks/deletion.ts';
import type { ActionInteraction, CommandInteraction, Listener } from '../listener.ts';
import { unlessGone } from '../slack-error.ts';

export const deletionActions: Record<string, Listener<ActionInteraction>> = {
  'deletion.undo': {
    once: true,
    handle: async ({ context, actor, client, view, message, triggerId, ack, respond }) => {
      await undoDeletion(context, actor);
      await ack();
      if (message) await respond({ text: keptText(), replace: true });
      else if (view?.callbackId === undefined || view.callbackId === '') {
        await client.views.open({ trigger_id: triggerId, view: keptModal });
      } else await unlessGone(client.views.update({ view_id: view.id, view: keptModal }));
    },
  },
};

/** The form that asks for it; where it is under way, how it stands. */
export async function openDeletion(interaction: CommandInteraction | ActionInteraction): Promise<void> {
  const { context, actor, client, triggerId } = interaction;
  const { name, owes, deletion } = await prepareDeletion(context, actor);
  await interaction.ack();
  const view = deletion ? deletionModal({ name, deletion }) : deleteModal({ name, owes });
  await client.views.open({ trigger_id: triggerId, view });
}
