import type { KnownBlock } from '@slack/types';
import type { NoticeFacts } from '../../domain/members/notice-facts.ts';
import type { Notice } from '../../domain/notices.ts';
import { may } from '../../domain/permissions.ts';

import { button, mrkdwn } from './composition.ts';
import { messageLink } from './message-link.ts';
import { because, type Said, type Tellers } from './notice-parts.ts';
import { billingTellers } from './notices-billing.ts';
import { deletionTellers } from './notices-deletion.ts';
import { paymentTellers } from './notices-payments.ts';

import { escapeText, truncate } from './text.ts';
import { roleNames } from './words.ts';

/** A direct message: the text says all of it, the blocks add what can be done. */
export interface NoticeMessage {
  text: string;
  blocks: KnownBlock[];
}

export function renderNotice(notice: Notice, facts: NoticeFacts): NoticeMessage {
  const { text, buttons = [] } = say(notice, facts);
  return {
    text,
    blocks: [
      { type: 'section', text: mrkdwn(text) },
      ...(buttons.length > 0 ? [{ type: 'actions', elements: buttons } as const] : []),
    ],
  };
}

type Teller<K extends Notice['kind']> = Tellers[K];

function say<K extends Notice['kind']>(notice: Extract<Notice, { kind: K }>, facts: NoticeFacts): Said {
  return (tellers[notice.kind as K] as Teller<K>)(notice, facts);
}

const tellers: Tellers = {
  welcome: (_, { organization }) =>
    organization === null
      ? {
          text: 'Orgdesk is installed. Create the organization of this workspace, and you are its Owner: `/org create`, or the button below. `/org help` shows what there is.',
          buttons: [button('create.open', 'Create organization', { style: 'primary' })],
        }
      : {
          text: `Orgdesk is installed, and ${bold(organization)} is here already. \`/org\` shows how it stands.`,
        },

  ...billingTellers,
  ...deletionTellers,
  ...paymentTellers,

  invitation_accepted: (_, { invitation, organization }) => ({
    text: `${invitee(invitation)} has accepted the invite and joined ${bold(organization)}${invitation ? ` as ${roleNames[invitation.role]}` : ''}.`,
    buttons: [button('members.open', 'See members')],
  }),

  invitation_declined: (_, { invitation }) => ({
    text: `${invitee(invitation)} has declined the invite. The seat is free.`,
    buttons: [button('invitations.open', 'Invite somebody else')],
  }),

  invitation_without_seat: (_, { invitation, role }) => ({
    text: `${invitee(invitation)} wanted to accept the invite, but the organization has fewer seats than it needs. Add a seat or free one, and they can accept it while it is valid.`,
    buttons: [
      ...(role !== null && may(role, 'billing.manage')
        ? [button('seats.open', 'Add seats', { style: 'primary' })]
        : []),
      button('invitations.open', 'See invites'),
      button('members.open', 'See members'),
    ],
  }),

  invitation_mail_failed: ({ invitationId }, { invitation }) => ({
    text: `The e-mail with the invite for ${invitee(invitation)} could not be delivered.${because(invitation?.mailError ?? undefined)} Check the address, then send it again.`,
    buttons: [
      ...(invitation === null
        ? []
        : [button('invitations.send-again', 'Send again', { value: invitationId })]),
      button('invitations.open', 'See invites'),
    ],
  }),

  role_changed: ({ role }, { organization }) => ({
    text: `You are ${role === 'admin' ? 'an Admin' : 'an Agent'} of ${bold(organization)} now. ${
      role === 'admin'
        ? 'You can manage members, tickets and settings: `/org help` shows how.'
        : 'You can view and answer tickets.'
    }`,
  }),

  removed: (_, { organization }) => ({
    text: `You are no longer a member of ${bold(organization)}. What you wrote stays; to return, you need a new invite.`,
  }),

  ownership_received: (_, { organization }) => ({
    text: `You are the Owner of ${bold(organization)} now. Billing, seats and the next transfer are yours: \`/org help\` shows how.`,
    buttons: [button('seats.open', 'See seats'), button('members.open', 'See members')],
  }),

  owner_deactivated: (_, { organization }) => ({
    text: `The Owner of ${bold(organization)} was deactivated in Slack. Everything goes on, but nobody can change seats or billing. Ask your workspace’s admins to reactivate the account, so that the Owner can transfer the organization.`,
  }),

  support_channel_renamed: ({ channelId }) => ({
    text: `The support channel has another name now: <#${channelId}>. Tickets go on appearing there.`,
  }),

  support_channel_trouble: ({ channelId, reason }) => ({
    text: `New tickets cannot be posted in <#${channelId}>: ${channelTrouble(reason)} They are kept, and posted as soon as they can be.`,
  }),

  logo_refused: ({ reason }) => ({
    text: `The logo was not set.${because(reason)}`,
    buttons: [button('settings.open', 'Open settings')],
  }),

  support_channel_shared: ({ channelId }) => ({
    text: `Tickets appear in <#${channelId}> now. It is shared with people of another workspace: they see every ticket and every internal note in it. They cannot answer customers. If they should see none of it, choose another channel in the settings.`,
    buttons: [button('settings.open', 'Open settings')],
  }),

  ticket_unconfirmed: ({ channelId }, { ticket, teamId }) => ({
    text: `${ticket === null ? 'The ticket' : ticketName(ticket, teamId)} is open. I am not in <#${channelId}>, so nobody there was told. To be heard there next time, invite me with \`/invite @Orgdesk\`.`,
  }),

  ticket_assigned: (_, { ticket, teamId }) => ({
    text:
      ticket === null
        ? 'A ticket was assigned to you.'
        : `${ticketName(ticket, teamId)} is yours now: ${escapeText(truncate(ticket.title, 200))}`,
  }),
};

/** Why nothing can be posted in a channel, by Slack's word, and what to do about it. */
function channelTrouble(reason: string): string {
  if (reason === 'is_archived')
    return 'it is archived. Unarchive it, or choose another channel in the settings.';
  if (reason === 'not_in_channel' || reason === 'channel_not_found') {
    return 'the app is not in it, or it is gone. Write `/invite @Orgdesk` there, or choose another channel in the settings.';
  }
  if (reason === 'missing_scope') {
    return 'the app needs more permissions than it was given. Install it again, then choose the channel anew.';
  }
  return `Slack says \`${escapeText(reason)}\`. Choose another channel in the settings.`;
}

function bold(organization: string | null): string {
  return organization === null ? 'the organization' : `*${escapeText(organization)}*`;
}

/** A ticket's number, which leads to its thread where it has one. */
function ticketName({ number, message }: NonNullable<NoticeFacts['ticket']>, teamId: string): string {
  return message === null ? `*${number}*` : `*<${messageLink({ teamId, ...message })}|${number}>*`;
}

function invitee(invitation: NoticeFacts['invitation']): string {
  return invitation === null ? 'Somebody' : `*${escapeText(truncate(invitation.email, 254))}*`;
}
