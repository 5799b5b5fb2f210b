import { z } from 'zod';
import { listInvitations } from '../../domain/invitations/list-invitations.ts';
import { resendInvitation } from '../../domain/invitations/resend-invitation.ts';
import { revokeInvitation } from '../../domain/invitations/revoke-invitation.ts';
import { sentAgainText } from '../blocks/expired-invitations.ts';
import { type InvitationsPlace, invitationsModal, resentText, revokedText } from '../blocks/invitations.ts';
import type { ActionInteraction, CommandInteraction, Listener } from '../listener.ts';
import { unlessGone } from '../slack-error.ts';
import { parseJson } from '../views/place.ts';

const turnPage: Listener<ActionInteraction> = {
  handle: async (interaction) => {
    await interaction.ack();
    await showInvitations(interaction, { page: interaction.value ?? null });
  },
};

export const invitationsActions: Record<string, Listener<ActionInteraction>> = {
  'invitations.open': { handle: openInvitations },
  'invitations.newer': turnPage,
  'invitations.older': turnPage,

  'invitations.resend': {
    once: true,
    handle: async (interaction) => {
      const { context, actor, value: invitationId = '' } = interaction;
      const { email } = await resendInvitation(context, actor, { invitationId });
      await interaction.ack();
      await showInvitations(interaction, { done: resentText(email) });
    },
  },

  'invitations.revoke': {
    once: true,
    handle: async (interaction) => {
      const { context, actor, value: invitationId = '' } = interaction;
      const { email } = await revokeInvitation(context, actor, { invitationId });
      await interaction.ack();
      await showInvitations(interaction, { done: revokedText(email) });
    },
  },

  // In the message that tells of expired invites: it names several, so that the answer stands below it.
  'invitations.send-again': {
    once: true,
    handle: async ({ context, actor, value: invitationId = '', ack, respond }) => {
      const { email } = await resendInvitation(context, actor, { invitationId });
      await ack();
      await respond({ text: sentAgainText(email) });
    },
  },
};

export async function openInvitations(interaction: CommandInteraction | ActionInteraction): Promise<void> {
  const { context, actor, client, triggerId } = interaction;
  const shown = await listInvitations(context, actor);
  await interaction.ack();
  const view = invitationsModal(shown, { page: null, sent: 0, now: context.now() });
  await client.views.open({ trigger_id: triggerId, view });
}

const placeSchema = z.object({ page: z.string().max(100).nullable(), sent: z.int().min(0) });

/** Where the modal stands, by its private_metadata; its beginning where that cannot be read. */
export function readPlace(metadata: string | undefined): InvitationsPlace {
  return placeSchema.safeParse(parseJson(metadata)).data ?? { page: null, sent: 0 };
}

/** Shows the list as it is now in the modal that has it. */
async function showInvitations(
  { context, actor, client, view: shown }: ActionInteraction,
  changed: { page?: string | null; done?: string },
): Promise<void> {
  if (!shown) return;
  const place = { ...readPlace(shown.metadata), ...changed };
  const page = await listInvitations(context, actor, place.page === null ? {} : { page: place.page });
  // Without the view's hash: what is read now is newer than whatever the modal shows.
  const view = invitationsModal(page, { ...place, now: context.now() });
  await unlessGone(client.views.update({ view_id: shown.id, view }));
}
