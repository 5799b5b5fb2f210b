import { sendInvitation } from '../../domain/invitations/send-invitation.ts';
import { openInvitations } from '../actions/invitations.ts';
import { sentText } from '../blocks/invitations.ts';
import type { CommandInteraction } from '../listener.ts';
import { offerToWhoMay } from './offer.ts';
import type { Subcommands } from './route.ts';

export const inviteCommands: Subcommands = {
  invite: {
    summary:
      'Invites somebody by e-mail, as Agent or Admin; alone it shows the form and the pending invites.',
    usage: '[email] [role]',
    offeredTo: offerToWhoMay('members.manage'),
    once: true,
    handle: (interaction) => (interaction.text === '' ? openInvitations(interaction) : send(interaction)),
  },
};

/** `a@b.example admin`: the role is the rest of the line, an Agent where there is none. */
async function send({ context, actor, text, ack }: CommandInteraction): Promise<void> {
  const [, email = '', role = ''] = /^(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  const sent = await sendInvitation(context, actor, { email, role: role.toLowerCase() || 'agent' });
  await ack({ text: sentText(sent.email, sent.role) });
}
