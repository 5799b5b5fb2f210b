import { checkFounder } from '../../domain/organizations/check-founder.ts';
import { createModal } from '../blocks/create.ts';
import type { ActionInteraction, CommandInteraction, Listener } from '../listener.ts';

export const createActions: Record<string, Listener<ActionInteraction>> = {
  'create.open': { handle: openCreation },
};

/** Asks Slack who it is, so that guests read the refusal before they fill in a form. */
export async function openCreation(interaction: CommandInteraction | ActionInteraction): Promise<void> {
  const { context, questions, actor, client, triggerId } = interaction;
  await interaction.ack();
  await checkFounder(context, actor, await questions.person(actor.teamId, actor.userId));
  await client.views.open({ trigger_id: triggerId, view: createModal() });
}
