import type { KnownBlock } from '@slack/types';
import type { ExpiredNews } from '../../domain/invitations/claim-expired.ts';
import { button, mrkdwn } from './composition.ts';
import type { InvitationMessage } from './invitation-message.ts';
import { addressText } from './invitations.ts';
import { escapeText, truncate } from './text.ts';
import { count, roleNames } from './words.ts';

/** Tells all of somebody's invites that ran out at once, each of the first ones with a button that sends it again. */
export function expiredMessage({ organizationName, total, invitations }: ExpiredNews): InvitationMessage {
  const name = `*${escapeText(organizationName)}*`;
  const [only] = invitations;
  const text =
    total === 1 && only
      ? `The invite of ${addressText(only.email)} to ${name} has expired without an answer. The seat is free.`
      : `${count(total, 'invite')} to ${name} have expired without an answer. Their seats are free.`;
  const more = total - invitations.length;
  const others: KnownBlock = {
    type: 'context',
    elements: [mrkdwn(`And ${count(more, 'more', 'more')}. \`/org invite\` invites them anew.`)],
  };
  return {
    text,
    blocks: [{ type: 'section', text: mrkdwn(text) }, ...invitations.map(row), ...(more > 0 ? [others] : [])],
  };
}

export function sentAgainText(email: string): string {
  return `${addressText(email)} is invited again, with a new link and 7 days from now.`;
}

function row({ id, email, role }: ExpiredNews['invitations'][number]): KnownBlock {
  return {
    type: 'section',
    text: mrkdwn(`${addressText(email)} · ${roleNames[role]}`),
    accessory: button('invitations.send-again', 'Send again', {
      label: `Send the invite to ${truncate(email, 50)} again`,
      value: id,
    }),
  };
}
