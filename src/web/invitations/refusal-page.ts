import { html } from 'hono/html';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { Refusal } from '../../domain/errors.ts';
import type { FoundInvitation } from '../../domain/invitations/find-invitation.ts';
import { type Html, page } from '../page.ts';
import { invitationsPath } from './cookies.ts';
import { howToGetIn } from './invitation-page.ts';
import { SignInRefused, SignInUnavailable } from './sign-in.ts';

export interface RefusalPage {
  status: ContentfulStatusCode;
  body: Html;
}

/** What the page can say beside the refusal; both null where they are not known. */
export interface Surroundings {
  invitation: FoundInvitation | null;
  token: string | null;
}

/** The page and the status code of everything that can stand in the way; null for what is no refusal. */
export function refusalPage(error: unknown, around: Surroundings): RefusalPage | null {
  if (error instanceof SignInRefused) return signInRefused(around);
  if (error instanceof SignInUnavailable) return signInUnavailable(around);
  return error instanceof Refusal ? ofRefusal(error, around) : null;
}

function ofRefusal(refusal: Refusal, { invitation, token }: Surroundings): RefusalPage | null {
  const name = invitation?.organization.name ?? 'the organization';
  const asker = invitation?.inviterName ?? `somebody at ${name}`;
  const again = html`<p><a href="${invitationsPath}/${token}">Back to the invite</a></p>`;
  const settled =
    refusal.code === 'invitation_settled' ? (refusal as Refusal<'invitation_settled'>).detail.status : null;
  switch (refusal.code) {
    case 'invitation_unknown':
      return unknownInvitation();
    case 'invitation_settled':
      return settled && settledPage(settled, { name, asker });
    case 'invitation_not_yours':
      return {
        status: 403,
        body: page(
          'This invite is for somebody else',
          html`<p>It was sent to <strong>${invitation?.email}</strong>, and you are signed in to Slack with another address. Sign in to Slack with that one, or ask ${asker} for an invite to yours.</p>${again}`,
        ),
      };
    case 'invitation_other_workspace':
      return {
        status: 403,
        body: page(
          'This is another workspace',
          html`<p>You signed in to another Slack workspace than the one of <strong>${name}</strong>. Choose that one when Slack asks for the workspace.</p>
      ${invitation ? howToGetIn(invitation) : ''}${again}`,
        ),
      };
    case 'email_unverified':
      return {
        status: 403,
        body: page('Your e-mail is not verified', html`<p>${refusal.message}</p>${again}`),
      };
    case 'guests_cannot':
      return {
        status: 403,
        body: page(
          'Guests cannot join',
          html`<p>You are a guest in the Slack workspace of <strong>${name}</strong>, and only full members can join. Ask ${asker} to have that changed, then come back to this page.</p>${again}`,
        ),
      };
    case 'seats_were_cut':
      return {
        status: 409,
        body: page(
          'No seat is left',
          html`<p><strong>${name}</strong> has fewer seats now than it needs for you to join. Its admins have been told. Your invite stands: try again when they have added a seat.</p>${again}`,
        ),
      };
    case 'organization_closing':
      return {
        status: 409,
        body: page(
          'Nobody can join now',
          html`<p><strong>${name}</strong> is being deleted. If it is kept after all, your invite is good again while it is valid: ask ${asker}.</p>${again}`,
        ),
      };
    case 'already_joined':
      return {
        status: 409,
        body: page(
          'You are a member already',
          html`<p>${refusal.message} This invite was not needed, and holds no seat any more.</p>
      <p class="quiet">You can close this page.</p>`,
        ),
      };
    default:
      return null;
  }
}

export function unknownInvitation(): RefusalPage {
  return {
    status: 404,
    body: page(
      'There is no such invite',
      html`<p>The link may be incomplete, or a newer one has replaced it. Open the link in the latest mail, or copy it as a whole.</p>`,
    ),
  };
}

function settledPage(
  status: 'accepted' | 'declined' | 'revoked' | 'expired',
  { name, asker }: { name: string; asker: string },
): RefusalPage {
  const [heading, sentence] = {
    accepted: [
      'This invite was used',
      `Somebody has joined ${name} with it. If that was you, everything else happens in Slack.`,
    ],
    declined: ['This invite was declined', `Ask ${asker} for a new one if you have changed your mind.`],
    revoked: ['This invite was withdrawn', `Ask ${asker} if you think that this is a mistake.`],
    expired: ['This invite has expired', `An invite is valid for 7 days. Ask ${asker} to send it again.`],
  }[status];
  return { status: 410, body: page(heading as string, html`<p>${sentence}</p>`) };
}

function signInRefused({ invitation, token }: Surroundings): RefusalPage {
  const back = token
    ? html`<p><a href="${invitationsPath}/${token}">Back to the invite</a></p>`
    : html`<p>Open the link of your invite again, in the same browser.</p>`;
  return {
    status: 400,
    body: page(
      'You are not signed in',
      html`<p>The sign-in with Slack was not completed, and nothing has changed.</p>${back}${invitation ? howToGetIn(invitation) : ''}`,
    ),
  };
}

function signInUnavailable({ token }: Surroundings): RefusalPage {
  const back = token ? html`<p><a href="${invitationsPath}/${token}">Back to the invite</a></p>` : '';
  return {
    status: 502,
    body: page(
      'Slack does not answer',
      html`<p>We could not ask Slack who you are, and nothing has changed. Try again in a minute.</p>${back}`,
    ),
  };
}
