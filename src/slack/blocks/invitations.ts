import type { ActionsBlock, Button, KnownBlock, ModalView } from '@slack/types';
import { refuse } from '../../domain/errors.ts';
import type { InvitationPage, PendingInvitation } from '../../domain/invitations/list-invitations.ts';
import { formatMoney } from '../../domain/money.ts';
import { type GrantableRole, grantableRoles } from '../../domain/roles.ts';
import { button, mrkdwn, plain } from './composition.ts';
import { escapeText, truncate } from './text.ts';
import { moment, timeLeft } from './time.ts';
import { count, formatNumber, roleNames } from './words.ts';

/** What the modal remembers of itself. */
export interface InvitationsPlace {
  /** Which page of the list it shows; null for the first. */
  page: string | null;
  /** How many invites were sent from it: new inputs for each, since Slack keeps what was entered in old ones. */
  sent: number;
}

/** The form, and the pending invites under it. `done` says what was just changed. */
export function invitationsModal(
  { seats, invitations, newer, older, mayInvite }: InvitationPage,
  { now, done, ...place }: InvitationsPlace & { now: Date; done?: string },
): ModalView {
  return {
    type: 'modal',
    callback_id: 'invitations.send',
    private_metadata: JSON.stringify(place),
    title: plain('Invite people'),
    ...(mayInvite && { submit: plain('Send invite') }),
    close: plain('Close'),
    blocks: [
      ...(done === undefined ? [] : [{ type: 'section', text: mrkdwn(done) } as const]),
      ...seatBlocks(seats),
      ...(mayInvite ? [emailInput(place.sent), roleInput(place.sent)] : [readOnlyNote]),
      { type: 'divider' },
      { type: 'header', text: plain(`Pending invites: ${formatNumber(seats.pending)}`) },
      ...(invitations.length === 0
        ? [nobody]
        : invitations.flatMap((each) => [row(each, now), controls(each, mayInvite)])),
      ...paging(newer, older),
    ],
  };
}

export function sentText(email: string, role: GrantableRole): string {
  return `${addressText(email)} is invited as ${roleNames[role]}. The invite is on its way, and valid for 7 days.`;
}

export function resentText(email: string): string {
  return `The invite for ${addressText(email)} is on its way again, with a new link and 7 days from now. The old link is dead.`;
}

export function revokedText(email: string): string {
  return `The invite for ${addressText(email)} is withdrawn, and its seat is free.`;
}

/** An e-mail address that nobody's mail program and no mention comes out of. */
export function addressText(email: string): string {
  return `*${escapeText(truncate(email, 254))}*`;
}

/** The three figures, always together; and, with no seat left, that the form will not help before there is one. */
function seatBlocks(seats: InvitationPage['seats']): KnownBlock[] {
  const { purchased, members, pending, monthlyCost: cost, currency } = seats;
  const used = members + pending;
  const figures: KnownBlock = {
    type: 'section',
    fields: [
      mrkdwn(`*Seats purchased*\n${formatNumber(purchased)}`),
      mrkdwn(`*Seats used*\n${formatNumber(used)}`),
      mrkdwn(`*Monthly cost*\n${formatMoney(cost, currency)}`),
    ],
  };
  const free = Math.max(0, purchased - used);
  const note =
    free > 0
      ? `${count(free, 'seat')} free. An invite holds one until it is accepted or ends.`
      : purchased > 0 && used === purchased
        ? `No seat free: ${count(members, 'member')} and ${count(pending, 'pending invite')} hold them. The Owner can add seats with \`/org seats\`; withdrawing an invite frees one too.`
        : refuse('no_free_seat', { purchased, members, pending }).message;
  return [figures, { type: 'context', elements: [mrkdwn(note)] }];
}

function emailInput(sent: number): KnownBlock {
  return {
    type: 'input',
    block_id: 'email',
    label: plain('E-mail address'),
    hint: plain('Only who signs in to Slack with this address can accept.'),
    // Slack's own e-mail input refuses an address with a space around it, as it is often pasted.
    element: {
      type: 'plain_text_input',
      action_id: `email-${sent}`,
      placeholder: plain('name@example.com'),
      max_length: 1_000,
    },
  };
}

const roleHints: Record<GrantableRole, string> = {
  admin: 'Manages members, tickets and settings',
  agent: 'Views and answers tickets',
};

const roleOptions = [...grantableRoles].reverse().map((role) => ({
  text: plain(roleNames[role]),
  description: plain(roleHints[role]),
  value: role,
}));

/** New for each invite too: an Admin just invited must not make the next one an Admin. */
function roleInput(sent: number): KnownBlock {
  return {
    type: 'input',
    block_id: 'role',
    label: plain('Role'),
    element: {
      type: 'radio_buttons',
      action_id: `role-${sent}`,
      options: roleOptions,
      ...(roleOptions[0] && { initial_option: roleOptions[0] }),
    },
  };
}

const readOnlyNote: KnownBlock = {
  type: 'section',
  text: mrkdwn('Nobody can be invited while the organization is read-only: `/org` says why.'),
};

const nobody: KnownBlock = {
  type: 'section',
  text: plain('Nobody is invited at the moment.'),
};

function row(invitation: PendingInvitation, now: Date): KnownBlock {
  const { email, role, expiresAt, inviterName } = invitation;
  const inviter = inviterName === null ? '' : ` · invited by ${escapeText(truncate(inviterName, 80))}`;
  const facts = `${roleNames[role]} · ${timeLeft(expiresAt, now)}, until ${moment(expiresAt)}${inviter}`;
  return { type: 'section', text: mrkdwn([addressText(email), facts, ...mailLines(invitation)].join('\n')) };
}

function mailLines({ mailStatus, mailError }: PendingInvitation): string[] {
  if (mailStatus === 'sent') return [];
  if (mailStatus === 'queued') return ['_The e-mail is on its way._'];
  const reason = mailError === null ? '' : ` ${escapeText(truncate(mailError, 300))}`;
  return [`:warning: *The e-mail could not be delivered.*${reason}`];
}

function controls({ id, email }: PendingInvitation, mayInvite: boolean): ActionsBlock {
  const shown = truncate(email, 50);
  return {
    type: 'actions',
    elements: [
      ...(mayInvite ? [resendButton({ id, email })] : []),
      {
        ...button('invitations.revoke', 'Revoke', {
          label: `Revoke the invite of ${shown}`,
          value: id,
          style: 'danger',
        }),
        confirm: {
          title: plain('Revoke this invite?'),
          text: plain(`The link that ${truncate(email, 200)} has stops working, and the seat is free.`),
          confirm: plain('Revoke'),
          deny: plain('Keep'),
          style: 'danger',
        },
      },
    ],
  };
}

function paging(newer: string | null, older: string | null): KnownBlock[] {
  const elements = [
    ...(newer === null
      ? []
      : [button('invitations.newer', 'Previous', { label: 'Previous page', value: newer })]),
    ...(older === null ? [] : [button('invitations.older', 'Next', { label: 'Next page', value: older })]),
  ];
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
}

function resendButton({ id, email }: Pick<PendingInvitation, 'id' | 'email'>): Button {
  const shown = truncate(email, 50);
  return {
    ...button('invitations.resend', 'Resend', { label: `Resend the invite to ${shown}`, value: id }),
    confirm: {
      title: plain('Send it again?'),
      text: plain(
        `${truncate(email, 200)} gets a new link, valid for 7 days from now. The old link stops working.`,
      ),
      confirm: plain('Resend'),
      deny: plain('Cancel'),
    },
  };
}
