import { html } from 'hono/html';
import type { FoundInvitation } from '../../domain/invitations/find-invitation.ts';
import type { GrantableRole } from '../../domain/roles.ts';
import { timeLeft } from '../../slack/blocks/time.ts';
import { roleNames } from '../../slack/blocks/words.ts';
import { type Html, page } from '../page.ts';
import { invitationsPath } from './cookies.ts';

export interface InvitationPageParts {
  invitation: FoundInvitation;
  token: string;
  now: Date;
  /** The address that Sign in with Slack has proved just now; null before. */
  signedInAs: string | null;
}

const roleLines: Record<GrantableRole, string> = {
  admin: 'manages members, tickets and settings',
  agent: 'views and answers tickets',
};

const inUtc = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

/** What the link shows: who invites, where to, as what, until when; and what one can do about it. */
export function invitationPage({ invitation, token, now, signedInAs }: InvitationPageParts): Html {
  const { email, role, expiresAt, inviterName, organization } = invitation;
  const invites = inviterName
    ? html`<strong>${inviterName}</strong> invites you to ${organization.name} on Orgdesk.`
    : html`<strong>${organization.name}</strong> invites you on Orgdesk.`;
  return page(
    `Join ${organization.name}`,
    html`<p>${invites}</p>
      ${organization.description ? html`<blockquote>${organization.description}</blockquote>` : ''}
      <dl>
        <dt>Your e-mail</dt><dd>${email}</dd>
        <dt>Your role</dt><dd>${roleNames[role]} (${roleLines[role]})</dd>
        <dt>Valid</dt><dd><time datetime="${expiresAt.toISOString()}">${timeLeft(expiresAt, now)}, until ${inUtc.format(expiresAt)} UTC</time></dd>
      </dl>
      ${signedInAs === null ? signInForms(token) : joinForms(invitation, token, signedInAs)}
      ${signedInAs === null ? howToGetIn(invitation) : ''}`,
    { emblem: logoOf(invitation) },
  );
}

function signInForms(token: string): Html {
  return html`<div class="choices">
        <form method="post" action="${invitationsPath}/${token}/accept"><button>Accept with Slack</button></form>
        <a class="button quiet" href="${invitationsPath}/${token}/decline">Decline</a>
      </div>`;
}

function joinForms({ organization }: FoundInvitation, token: string, signedInAs: string): Html {
  return html`<p role="status">You are signed in with Slack as <strong>${signedInAs}</strong>. One press is left:</p>
      <div class="choices">
        <form method="post" action="${invitationsPath}/${token}/join"><button>Join ${organization.name}</button></form>
        <a class="button quiet" href="${invitationsPath}/${token}/decline">Decline</a>
      </div>`;
}

/** For somebody who is not in the workspace yet: accepting needs that. */
export function howToGetIn({ organization, inviterName }: FoundInvitation): Html {
  const name = organization.name;
  return html`<details>
        <summary>Not in the Slack workspace of ${name} yet?</summary>
        ${
          organization.joinLink
            ? html`<p>Join it first, with the address of this invite: <a href="${organization.joinLink}">join the workspace</a>. Then come back to this page and accept.</p>`
            : html`<p>Ask ${inviterName ?? `somebody at ${name}`} to add you to the Slack workspace, with the address of this invite. Then come back to this page and accept.</p>`
        }
      </details>`;
}

/** Asks once more before declining, since that cannot be taken back. */
export function declinePage({ organization }: FoundInvitation, token: string): Html {
  return page(
    `Decline the invite to ${organization.name}?`,
    html`<p>The link stops working then, and whoever invited you is told. A new invite would be needed to join later.</p>
      <div class="choices">
        <form method="post" action="${invitationsPath}/${token}/decline"><button>Decline the invite</button></form>
        <a class="button quiet" href="${invitationsPath}/${token}">Keep it</a>
      </div>`,
  );
}

/** Done: where to go from here. */
export function joinedPage({ organization, role }: FoundInvitation): Html {
  return page(
    `Welcome to ${organization.name}`,
    html`<p>You have joined as ${roleNames[role]}. Everything else happens in Slack: <code>/org</code> shows the overview, <code>/org help</code> what you can do.</p>
      <div class="choices"><a class="button" href="https://app.slack.com/client/${organization.teamId}">Open Slack</a></div>`,
  );
}

export function declinedPage({ organization }: FoundInvitation): Html {
  return page(
    'Declined',
    html`<p>You have declined the invite to ${organization.name}. Nothing else is needed.</p>
      <p class="quiet">You can close this page.</p>`,
  );
}

function logoOf({ organization }: FoundInvitation): Html | '' {
  if (organization.logoPath === null) return '';
  return html`<img class="logo" src="/logos/${organization.logoPath}" alt="Logo of ${organization.name}">`;
}
