import { changeRole } from '../../domain/members/change-role.ts';
import { findMember } from '../../domain/members/find-member.ts';
import { listMembers } from '../../domain/members/list-members.ts';
import { membersModal, removalModal, roleChangedText } from '../blocks/members.ts';
import type { ActionInteraction, CommandInteraction, Interaction, Listener } from '../listener.ts';
import { unlessGone } from '../slack-error.ts';
import { readPage } from '../views/place.ts';

const turnPage: Listener<ActionInteraction> = {
  handle: async (interaction) => {
    await interaction.ack();
    await showMembers(interaction, interaction.view?.id, { page: Number(interaction.value) });
  },
};

export const membersActions: Record<string, Listener<ActionInteraction>> = {
  'members.open': { handle: openMembers },
  'members.previous': turnPage,
  'members.next': turnPage,

  // The menu of one member: a role at once, a removal after a question.
  'members.change': {
    once: true,
    handle: async (interaction) => {
      const { context, actor, client, triggerId, view, value = '', ack } = interaction;
      const page = readPage(view?.metadata);
      const [, what = '', memberId = ''] = /^(\w+):(.*)$/.exec(value) ?? [];
      if (what === 'remove') {
        const member = await findMember(context, actor, { memberId });
        await ack();
        await client.views.push({ trigger_id: triggerId, view: removalModal(member, { page }) });
      } else {
        const changed = await changeRole(context, actor, { memberId, role: what });
        await ack();
        await showMembers(interaction, view?.id, { page, done: roleChangedText(changed) });
      }
    },
  },
};

export async function openMembers(interaction: CommandInteraction | ActionInteraction): Promise<void> {
  const { context, actor, client, triggerId } = interaction;
  const shown = await listMembers(context, actor);
  await interaction.ack();
  await client.views.open({ trigger_id: triggerId, view: membersModal(shown, actor) });
}

/** Shows the list as it is now in the modal that has it. */
export async function showMembers(
  { context, actor, client }: Interaction,
  viewId: string | undefined,
  { page, done }: { page: number; done?: string },
): Promise<void> {
  if (viewId === undefined) return;
  const shown = await listMembers(context, actor, { page });
  const view = membersModal(shown, actor, done === undefined ? {} : { done });
  // Without the view's hash: what is read now is newer than whatever the modal shows.
  await unlessGone(client.views.update({ view_id: viewId, view }));
}
