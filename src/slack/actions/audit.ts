import { listAudit } from '../../domain/audit/list-audit.ts';
import { auditModal } from '../blocks/audit.ts';
import type { ActionInteraction, CommandInteraction, Listener } from '../listener.ts';
import { unlessGone } from '../slack-error.ts';

export const auditActions: Record<string, Listener<ActionInteraction>> = {
  'audit.open': { handle: openAudit },
  'audit.older': { handle: (interaction) => turnPage(interaction, { before: interaction.value ?? '' }) },
  'audit.newer': { handle: (interaction) => turnPage(interaction, { after: interaction.value ?? '' }) },
};

export async function openAudit(interaction: CommandInteraction | ActionInteraction): Promise<void> {
  const { context, actor, client, triggerId } = interaction;
  const page = await listAudit(context, actor);
  await interaction.ack();
  await client.views.open({ trigger_id: triggerId, view: auditModal(page) });
}

async function turnPage(
  { context, actor, client, view, ack }: ActionInteraction,
  place: { before?: string; after?: string },
): Promise<void> {
  const page = await listAudit(context, actor, place);
  await ack();
  if (view) await unlessGone(client.views.update({ view_id: view.id, view: auditModal(page) }));
}
