import type { KnownBlock } from '@slack/types';
import type { FoundInvitation } from '../../domain/invitations/find-invitation.ts';
import type { GrantableRole } from '../../domain/roles.ts';
import { button, mrkdwn, plain } from './composition.ts';
import { escapeText, truncate } from './text.ts';
import { moment, timeLeft } from './time.ts';
import { roleNames } from './words.ts';

/** A direct message: the text says all of it, the blocks add what can be done. */
export interface InvitationMessage {
  text: string;
  blocks: KnownBlock[];
}

const tasks: Record<GrantableRole, string> = {
  admin: 'manages members, tickets and settings',
  agent: 'views and answers tickets',
};

/** The message that offers an invite: with its buttons while it is pending, afterwards with what became of it. */
export function invitationMessage(invitation: FoundInvitation, now: Date): InvitationMessage {
  return invitation.status === 'pending' ? offer(invitation, now) : outcome(invitation);
}

/** What stands in the place of an offer that was made again further down. */
export function repeatedMessage({ organization }: FoundInvitation): InvitationMessage {
  return say(`The invite to ${bold(organization.name)} was sent again: see the newer message below.`);
}

function offer(invitation: FoundInvitation, now: Date): InvitationMessage {
  const { id, role, organization, expiresAt, inviterName } = invitation;
  const name = bold(organization.name);
  const invites = inviterName
    ? `${bold(inviterName)} invites you to ${name}, the support desk of this workspace, as ${roleNames[role]}.`
    : `${name}, the support desk of this workspace, invites you as ${roleNames[role]}.`;
  const about = `An ${roleNames[role]} ${tasks[role]}. The invite is valid until ${moment(expiresAt)} (${timeLeft(expiresAt, now)}).`;
  return {
    text: invites,
    blocks: [
      { type: 'section', text: mrkdwn(invites) },
      ...(organization.description === null
        ? []
        : [{ type: 'section', text: plain(organization.description) } as const]),
      { type: 'context', elements: [mrkdwn(about)] },
      {
        type: 'actions',
        elements: [
          button('invitation.accept', 'Accept', {
            label: `Accept the invite to ${truncate(organization.name, 50)}`,
            value: id,
            style: 'primary',
          }),
          {
            ...button('invitation.decline', 'Decline', {
              label: `Decline the invite to ${truncate(organization.name, 49)}`,
              value: id,
            }),
            confirm: {
              title: plain('Decline the invite?'),
              text: plain('To join later, you would need a new one.'),
              confirm: plain('Decline'),
              deny: plain('Keep it'),
            },
          },
        ],
      },
    ],
  };
}

function outcome({ status, role, organization }: FoundInvitation): InvitationMessage {
  const name = bold(organization.name);
  const sentences: Record<Exclude<FoundInvitation['status'], 'pending'>, string> = {
    accepted: `You have joined ${name} as ${roleNames[role]}. \`/org\` shows the overview, \`/org help\` what you can do.`,
    declined: `You have declined the invite to ${name}.`,
    revoked: `The invite to ${name} was withdrawn.`,
    expired: `The invite to ${name} has expired. Ask for a new one if you still want to join.`,
  };
  return say(sentences[status as keyof typeof sentences]);
}

function say(text: string): InvitationMessage {
  return { text, blocks: [{ type: 'section', text: mrkdwn(text) }] };
}

function bold(words: string): string {
  return `*${escapeText(truncate(words, 200))}*`;
}
